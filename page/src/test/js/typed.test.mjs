// What somebody is typing, when the view around it is drawn anew.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { approvals } from "../../main/resources/org/liuhen/page/admissions.js";
import { actForm, el, here } from "../../main/resources/org/liuhen/page/core.js";
import { form as formOfPeople } from "../../main/resources/org/liuhen/page/forms.js";
import { ended, keepTyped, notSent, sending, sent } from "../../main/resources/org/liuhen/page/typed.js";
import { words } from "../../main/resources/org/liuhen/page/words.js";
import { place as placeOf } from "./dom.mjs";

here.language = "zh";
const place = placeOf("typed");
/** A form about something, with its fields. @param {string} act @param {string} about @param {any[]} fields */
function form(act, about, ...fields) {
  const body = el("form", null, {}, ...fields),
    details = el("details", null, {}, body),
    around = el("li", null, {}, details);
  details.dataset.act = act;
  if (about) around.dataset.about = about;
  return { around, body, details };
}
const input = (value = "", more = {}) => el("input", null, { type: "text", value, ...more });
/** Draws the place twice, as in another language: what stood in the first drawing, and what stands in the second one. */
function drawnAnew(first, second, subject = "1 people/", { meanwhile = () => {}, later = subject, secrets = true } = {}) {
  place.replaceChildren(...first.map(one => one.around));
  keepTyped(place, subject)();
  for (const one of first) notSent(one.body);
  meanwhile();
  const putBack = keepTyped(place, later, secrets);
  for (const one of first) for (const field of one.body.children) if (field.later) field.value = field.later;
  place.replaceChildren(...second.map(one => one.around));
  putBack();
}
test("what was typed and ticked is in the same form again, which is open as it was", () => {
  const old = form("proposeAdmission", "", input("110031"), input("", { type: "checkbox", checked: true }), input("a", { later: "ab" })),
    anew = form("proposeAdmission", "", input(), input("", { type: "checkbox", checked: false }), input());
  old.details.open = true;
  drawnAnew([old], [anew]);
  assert.deepEqual(
    anew.body.children.map(field => [field.value, Boolean(field.checked)]),
    [
      ["110031", false],
      ["", true],
      ["ab", false],
    ],
    "also what was typed while the answer was on its way",
  );
  assert.equal(anew.details.open, true);
  assert.equal(anew.body.dataset.typed, "true", "and stays when it is drawn once more");
});
test("a reason goes to the form about the same person, wherever that one stands now, and to no other", () => {
  const old = ["7", "8"].map(number => form("proposeReset", number, input(`about ${number}`))),
    anew = ["9", "8", "7"].map(number => form("proposeReset", number, input()));
  drawnAnew(old, anew);
  assert.deepEqual(
    anew.map(one => one.body.children[0].value),
    ["", "about 8", "about 7"],
  );
  const alike = [form("explainGap", "", input()), form("explainGap", "", input())];
  drawnAnew([form("explainGap", "", input("which?"))], alike);
  assert.deepEqual(
    alike.map(one => one.body.children[0].value),
    ["", ""],
    "of two with one name nobody knows which is which",
  );
});
test("nothing is put into what another person or view has, and nothing that was sent", () => {
  const value = options => {
    const anew = form("note", "", input());
    drawnAnew([form("note", "", input("words"))], [anew], "1 item/a", options);
    return anew.body.children[0].value;
  };
  assert.equal(value({}), "words");
  assert.equal(value({ later: "2 item/a" }), "");
  assert.equal(value({ later: "1 item/b" }), "");
  assert.equal(value({ meanwhile: () => sent(place.querySelector("form")) }), "");
});
test("where a session has ended, passwords and codes are not kept", () => {
  for (const [secrets, expected] of /** @type {[boolean, string[]]} */ ([
    [true, ["p", "n", "c", "words"]],
    [false, ["", "", "", "words"]],
  ])) {
    const fields = values => [
        input(values[0], { type: "password" }),
        input(values[1], { autocomplete: "new-password" }), // shown
        input(values[2], { autocomplete: "one-time-code" }),
        input(values[3]),
      ],
      old = form("changePassword", "", ...fields(["p", "n", "c", "words"])),
      anew = form("changePassword", "", ...fields(["", "", "", ""]));
    drawnAnew([old], [anew], "1 account/", { secrets });
    assert.deepEqual(
      anew.body.children.map(field => field.value),
      expected,
    );
    assert.equal(old.body.children[0].value, expected[0]);
  }
});
test("ticks are put back where the boxes are the same ones, and never on another person by their places", () => {
  const changes = ids => ids.map(changeId => ({ changeId, officerNo: changeId, roles: [], reason: "r", change: "admission" })),
    draw = (...ids) => {
      const putBack = keepTyped(place, "1 people/");
      place.replaceChildren(approvals(changes(ids), () => {}, String, []));
      putBack();
      return place.querySelectorAll("input").map(box => Boolean(box.checked));
    };
  place.replaceChildren();
  draw("a", "b", "c");
  const boxes = place.querySelectorAll("input");
  boxes[1].checked = boxes[2].checked = true;
  notSent(place.querySelector("form"));
  assert.deepEqual(draw("a", "b", "c"), [false, true, true, false]);
  assert.deepEqual(draw("a", "b", "d"), [false, false, false, false], "c was decided, and d proposed meanwhile");
});
test("a file that was chosen is chosen again, and what is said of it is said anew", () => {
  const said = [],
    anew = form("importPeople", "", input("", { type: "file", files: [], onchange: () => said.push("read") })),
    files = [new File(["x"], "people.csv")];
  drawnAnew([form("importPeople", "", input("", { type: "file", files }))], [anew]);
  assert.equal(anew.body.children[0].files, files);
  assert.deepEqual(said, ["read"]);
});
test("an act that draws the view anew leaves its form empty; one that is refused is not sent", async () => {
  const kept = async (make, act) => {
    const draw = () => {
      const putBack = keepTyped(place, "1 people/");
      place.replaceChildren(make(act, draw));
      putBack();
      return place.querySelector("form");
    };
    const old = draw();
    old.querySelector("input").value = "words";
    notSent(old);
    await old.onsubmit({ preventDefault: () => {} });
    return draw().querySelector("input").value;
  };
  const makers = [
      (act, draw) => formOfPeople("dismiss", [input()], () => act().then(draw)),
      (act, draw) => actForm("hold", [{ name: "reason" }], act, draw),
    ],
    refused = async () => {
      throw new Error("no");
    };
  for (const make of makers) assert.deepEqual([await kept(make, async () => true), await kept(make, refused)], ["", "words"]);
});

/** A place that is drawn anew while an act is on its way; it answers when the test says so. @param {(act: () => any, draw: () => any) => any} make */
function underWay(make, typed = "words") {
  let answer = { taken: () => {}, refused: () => {} },
    posted = 0;
  const draw = () => {
      const putBack = keepTyped(place, "1 item/a");
      place.replaceChildren(
        make(
          () =>
            new Promise((taken, refused) => {
              posted++;
              answer = { taken: () => taken(true), refused: () => refused(new Error("not so")) };
            }),
          draw,
        ),
      );
      putBack();
    },
    form = () => place.querySelector("form"),
    field = () => form().querySelector("input"),
    type = value => {
      field().value = value;
      notSent(form());
    };
  place.replaceChildren();
  draw();
  if (typed) type(typed);
  const done = form().onsubmit({ preventDefault: () => {} });
  draw(); // in another language
  return {
    now: () => [field().value, Boolean(form().querySelector("button").disabled), form().querySelector(".said").textContent],
    type,
    draw,
    form,
    posted: () => posted,
    end: async how => {
      answer[how]();
      await done;
    },
  };
}
const BEFORE_THE_ACT = (act, draw) => formOfPeople("dismiss", [input()], () => act().then(draw)),
  AFTER_THE_ACT = (act, draw) => actForm("hold", [{ name: "reason" }], act, draw);
test("what is refused after the view was drawn anew stands in the form that is there, with the reason", async () => {
  for (const make of [BEFORE_THE_ACT, AFTER_THE_ACT]) {
    const one = underWay(make);
    await one.end("refused");
    assert.deepEqual(one.now(), ["words", false, "not so"]);
    one.draw();
    assert.equal(one.now()[0], "words", "and stays");
  }
  const other = underWay(BEFORE_THE_ACT);
  other.type("typed since");
  await other.end("refused");
  assert.equal(other.now()[0], "typed since");
});
test("what is taken after the view was drawn anew is not offered again, and nobody sends it twice", async () => {
  const one = underWay(AFTER_THE_ACT);
  assert.deepEqual(one.now(), ["words", true, ""], "the button waits in the form that is there now");
  await one.end("taken");
  assert.deepEqual(one.now(), ["", false, ""]);
  const other = underWay(AFTER_THE_ACT);
  other.type("typed since");
  await other.end("taken");
  assert.deepEqual(other.now(), ["typed since", false, ""], "what was typed since was not sent");
  assert.equal(other.posted(), 1);
});
test("an act for which nothing was typed is sent once, too", async () => {
  for (const make of [BEFORE_THE_ACT, AFTER_THE_ACT])
    for (const how of /** @type {["taken", "refused"]} */ (["taken", "refused"])) {
      const one = underWay(make, "");
      assert.equal(one.now()[1], true, "the button waits in the form that is there now");
      await one.end(how);
      assert.equal(one.now()[1], false);
    }
});
test("a refusal is said where the view was left, and only there", async () => {
  const notice = placeOf("notice");
  for (const [make, name] of /** @type {[any, string]} */ ([
    [BEFORE_THE_ACT, "dismiss"],
    [AFTER_THE_ACT, "hold"],
  ])) {
    const stands = underWay(make);
    notice.replaceChildren();
    await stands.end("refused");
    assert.equal(notice.textContent, "");
    const left = underWay(make);
    left.form().isConnected = false; // another view is there
    await left.end("refused");
    assert.deepEqual([notice.textContent, notice.className], [`${words.zh.act[name]} · not so`, "bad"]);
  }
});
test("an act that has ended leaves the button of the next one, which is on its way, alone", () => {
  const draw = () => {
    const putBack = keepTyped(place, "1 item/a"),
      one = form("note", "", input(), el("button", "send"));
    place.replaceChildren(one.around);
    putBack();
    return one.body;
  };
  place.replaceChildren();
  const first = draw();
  sending(first);
  sent(first);
  const second = draw(); // what follows
  assert.equal(second.querySelector("button").disabled, undefined);
  sending(second);
  ended(first);
  assert.deepEqual(
    [first, second].map(one => one.querySelector("button").disabled),
    [false, true],
  );
  ended(second);
  assert.equal(second.querySelector("button").disabled, false);
});
test("of two views under way the later one keeps what was typed into the earlier one, and where", () => {
  const draw = () => place.replaceChildren(form("explainGap", "7", input()).around),
    field = () => place.querySelector("input");
  place.replaceChildren();
  draw();
  keepTyped(place, "1 gaps/")();
  field().value = "a";
  notSent(place.querySelector("form"));
  field().focus();
  const [earlier, later] = [keepTyped(place, "1 gaps/"), keepTyped(place, "1 gaps/")];
  draw();
  document.activeElement = null;
  earlier();
  assert.equal(field().value, "a");
  field().value = "ab";
  draw();
  document.activeElement = null;
  later();
  assert.deepEqual([field().value, document.activeElement === field()], ["ab", true]);
});
test("a form that was not drawn anew stays about what it was about", () => {
  const drawn = text => {
    const one = form("note", "", input(text));
    place.replaceChildren(one.around);
    return one.body;
  };
  const x = drawn("");
  keepTyped(place, "1 item/x")();
  x.children[0].value = "about x";
  notSent(x);
  const first = keepTyped(place, "1 item/y");
  first(); // it was overtaken, and drew nothing
  const second = keepTyped(place, "1 item/y");
  const y = drawn("");
  second();
  assert.equal(y.children[0].value, "");
});
