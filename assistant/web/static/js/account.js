// Log-in, first start, one's own sessions.
import { $, $$, failure, fill, loading, say } from "./dom.js";
import { post, remove } from "./api.js";

const box = $(".account");
const note = $("#state");

/** Do one thing; what goes wrong is said below the form. */
async function attempt(work, after) {
  fill(note, loading("请稍候"));
  try {
    await work();
    fill(note);
    after();
  } catch (error) {
    fill(note, failure(error));
    $("[role=alert]", note).scrollIntoView({ block: "nearest" });
  }
}

const onward = () => location.assign(box.dataset.next);

$$("form[data-send]").forEach((form) =>
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const stay = form.dataset.stay;
    attempt(
      () => post(form.dataset.send, Object.fromEntries(new FormData(form))),
      stay
        ? () => {
            form.reset();
            say(stay);
          }
        : onward,
    );
  }),
);
$$("[data-demo]").forEach((button) =>
  button.addEventListener("click", () => attempt(() => post("/auth/demo", { role: button.dataset.demo }), onward)),
);
$$("[data-post]").forEach((button) =>
  button.addEventListener("click", () => attempt(() => post(button.dataset.post, {}), onward)),
);
$$("[data-end]").forEach((button) =>
  button.addEventListener("click", () =>
    attempt(
      () => remove(`/auth/sessions/${encodeURIComponent(button.dataset.end)}`),
      () => {
        button.closest("li").remove();
        say("那里已经退出");
      },
    ),
  ),
);
$$("[data-revoke]").forEach((button) =>
  button.addEventListener("click", () => {
    if (!window.confirm("停用这个密钥？用它的程序马上就不能用了。")) return;
    attempt(
      () => remove(`/api-keys/${encodeURIComponent(button.dataset.revoke)}`),
      () => {
        button.closest("li").remove();
        say("密钥已停用");
      },
    );
  }),
);
const keyForm = $("#add-key");
if (keyForm)
  keyForm.addEventListener("submit", (event) => {
    event.preventDefault();
    const { name, days } = keyForm.elements;
    const scopes = $$("[name=scopes]:checked", keyForm).map((box) => box.value);
    let made;
    attempt(
      async () => {
        made = await post("/api-keys", { name: name.value, scopes, days: Number(days.value) });
      },
      () => {
        const shown = $("#new-key");
        $("code", shown).textContent = made.secret;
        shown.hidden = false;
        shown.scrollIntoView({ block: "center" });
        keyForm.reset();
      },
    );
  });
