// The forms by which somebody signs in: number and password, a passkey, or the organisation's own sign-in.
import { ask, el, here, Refusal, reach, refusal, reveal, t, triesLeft } from "./core.js";
import { passkey, passkeysHere } from "./people.js";

/** The form for a station's way of signing in. `start` runs when somebody is in; `words` say why the form is there. */
export function signInForm(start, words) {
  const form = el("form", null, { id: "signIn", className: "signIn card" });
  form.dataset.act = "signIn";
  if (here.signIn === "oidc") {
    form.append(el("h2", t().signIn), el("a", t().provider, { href: "/sign-in", className: "button primary" }));
    return form;
  }
  const number = el("input", null, { id: "number", autocomplete: "username", required: true }),
    password = el("input", null, { id: "password", type: "password", autocomplete: "current-password", required: true });
  const code = el("input", null, { id: "code", autocomplete: "one-time-code" });
  const own = el("input", null, { id: "newPassword", type: "password", autocomplete: "new-password", minLength: 12 }),
    ownLabel = el("div", null, { hidden: true }, el("label", t().newPassword, {}, own), reveal(own)),
    said = el("p", words || "", { role: "alert", className: "bad" });
  own.onchange = () => {
    if (own.value) ownLabel.hidden = false; // what was typed is put back in another language
  };
  const byPasskey = async () => {
    try {
      await ask("/api/session", { method: "POST", body: JSON.stringify({ passkey: await passkey() }) });
      await start();
    } catch (failed) {
      said.textContent = failed.name === "NotAllowedError" ? t().noPasskey : failed.message;
    }
  };
  form.append(
    ...[
      el("h2", t().signIn),
      el("label", t().officer, {}, number),
      el("label", t().password, {}, password),
      el("label", t().codeIfAny, {}, code),
      ownLabel,
      el("button", t().signIn, { className: "primary" }),
      passkeysHere && el("button", t().withPasskey, { id: "passkey", type: "button", onclick: byPasskey }),
      said,
    ].filter(Boolean),
  );
  const byPassword = async () => {
    const answer = await reach("/api/session", {
      method: "POST",
      headers: { "Accept-Language": here.language },
      body: JSON.stringify({
        officerNo: number.value.trim(),
        password: password.value,
        code: code.value.trim() || undefined,
        newPassword: own.value || undefined,
      }),
    });
    if (answer.ok) {
      await start();
      return;
    }
    const problem = await refusal(answer);
    if (problem.code === "IN-154") {
      ownLabel.hidden = false;
      own.required = true;
      own.focus();
    }
    if (["IN-163", "IN-164"].includes(problem.code)) {
      code.value = "";
      code.focus();
    }
    said.textContent =
      problem.code === "IN-154"
        ? t().once
        : problem.code === "IN-163"
          ? t().codeNeeded
          : problem.code === "IN-150"
            ? [t().wrongPassword, triesLeft(problem)].filter(Boolean).join(" ")
            : new Refusal(answer.status, problem).message;
  };
  form.onsubmit = async event => {
    event.preventDefault();
    said.textContent = "";
    await byPassword().catch(failed => {
      said.textContent = failed.message;
    });
  };
  return form;
}
