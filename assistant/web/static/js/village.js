// Hands a village's rules over to the check page.
import { $, $$ } from "./dom.js";

$("#check").addEventListener("click", (event) => {
  const text = $$(".clause")
    .map((clause) => `${clause.dataset.label} ${$("p", clause).textContent}`)
    .join("\n");
  sessionStorage.setItem("fengqiao.rules", text);
  location.href = `/rules?village=${encodeURIComponent(event.currentTarget.dataset.village)}`;
});
