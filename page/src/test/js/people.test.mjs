// People: what waits for a second person.

import "./dom.mjs"; // the document comes before the modules
import assert from "node:assert/strict";
import { test } from "node:test";
import { here } from "../../main/resources/org/liuhen/page/core.js";
import { tellProposals } from "../../main/resources/org/liuhen/page/people.js";
import { signInForm } from "../../main/resources/org/liuhen/page/signin.js";
import { station } from "./dom.mjs";

const tags = entry => entry.all(e => e.className === "tag").map(e => [e.hidden, e.textContent]);
test("the menu says how many proposals wait that this person may decide, and nothing where none does", async () => {
  here.language = "zh";
  here.person = { id: "1", roles: [], acts: ["APPROVE_PERSON"] };
  const entry = document.createElement("a"),
    change = (proposedBy, officerNo) => ({ proposedBy, officerNo });
  const asked = station({
    "/api/people": { people: [], changes: [change("1", "7"), change("2", "1"), change("2", "8"), change("3", "9")] },
  });
  await tellProposals(entry);
  assert.deepEqual(tags(entry), [[false, "2"]], "neither one's own nor about oneself");
  assert.deepEqual(asked, ["GET /api/people?only=changes"]);
  station({ "/api/people": { people: [], changes: [] } });
  await tellProposals(entry);
  assert.deepEqual(tags(entry), [[true, "0"]]);
});
test("a new password can be shown and hidden again", () => {
  here.language = "zh";
  here.signIn = "local";
  const form = signInForm(() => {}),
    [field] = form.all(e => e.id === "newPassword"),
    [button] = form.all(e => e.tagName === "BUTTON" && e.textContent === "显示口令");
  assert.equal(field.type, "password");
  button.onclick();
  assert.deepEqual([field.type, button.textContent, button.attributes["aria-pressed"]], ["text", "隐藏口令", "true"]);
  button.onclick();
  assert.deepEqual([field.type, button.textContent], ["password", "显示口令"]);
});
