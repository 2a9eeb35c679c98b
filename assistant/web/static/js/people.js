// The administrator's page: who has which role where.
import { $, $$, failure, fill, loading } from "./dom.js";
import { patch, post } from "./api.js";

const note = $("#state");

/** Do one thing and show the page anew; what goes wrong is said above the list, and nothing typed is lost. */
async function attempt(work) {
  fill(note, loading("请稍候"));
  try {
    await work();
    location.reload();
  } catch (error) {
    fill(note, failure(error));
    note.scrollIntoView({ block: "center" });
  }
}

const membership = (role, place) => (place ? { role, place_id: place } : { role });
const send = (person, change) => patch(`/people/${encodeURIComponent(person.dataset.person)}`, change);

$$("form[data-change]").forEach((form) => {
  const person = form.closest("[data-person]");
  const more = $("[data-more]", form);
  form.elements.more.addEventListener("change", (event) => {
    more.hidden = !event.target.checked;
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const memberships = $$("[name=keep]:checked", form).map((box) => {
      const at = box.value.indexOf("@");
      return membership(box.value.slice(0, at), box.value.slice(at + 1));
    });
    if (form.elements.more.checked) {
      memberships.push(membership(form.elements.role.value, form.elements.place_id.value));
    }
    const password = form.elements.password ? form.elements.password.value : "";
    attempt(() => send(person, { memberships, password }));
  });
  $("[data-active]", form).addEventListener("click", (event) => {
    const active = event.target.dataset.active === "true";
    const asked = active ? "恢复" : "停用";
    if (window.confirm(`${asked}${person.dataset.name}的账号？`)) attempt(() => send(person, { active }));
  });
});

$("#add-person").addEventListener("submit", (event) => {
  event.preventDefault();
  const { login, name, password, role, place_id: place } = event.target.elements;
  attempt(() =>
    post("/people", {
      login: login.value,
      name: name.value,
      password: password.value,
      memberships: [membership(role.value, place.value)],
    }),
  );
});
$("#add-place").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(() => post("/places", Object.fromEntries(new FormData(event.target))));
});
const bring = $("#import-places");
if (bring) bring.addEventListener("click", () => attempt(() => post("/places/import", {})));
