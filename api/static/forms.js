// Small comforts that pages do not depend on: no second sending, submit by Ctrl+Enter, print, count of ticked cases.
"use strict";
(() => {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 4000);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  const ticked = document.getElementById("ticked");
  if (ticked) {
    const count = () => {
      const n = document.querySelectorAll("#rows input[name=case]:checked").length;
      ticked.textContent = n ? String(n) : "";
    };
    document.addEventListener("change", count);
    document.addEventListener("ticked", count);
  }
})();
