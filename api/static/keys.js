// Keyboard shortcuts (REVIEW §3.6). Loaded only while they are switched on; never active while something is being typed.
"use strict";
(() => {
  const rows = () => Array.from(document.querySelectorAll("#rows tr.row"));
  const current = () => document.querySelector("#rows tr[aria-selected=true]");
  let waitingForG = false;
  let lastTicked = null;

  const typing = (element) => element.closest("textarea, select, input:not([type=checkbox]):not([type=radio])");

  const select = (row) => {
    if (!row) return;
    rows().forEach((other) => other.removeAttribute("aria-selected"));
    row.setAttribute("aria-selected", "true");
    row.querySelector(".who a").focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    if (document.querySelector(".queue.previewing")) preview(row);
  };

  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(current());
    select(all[Math.min(all.length - 1, Math.max(0, at + step))]);
  };

  const preview = async (row) => {
    const place = document.getElementById("preview");
    if (!place || !row) return;
    const answer = await fetch("/queue/preview/" + encodeURIComponent(row.dataset.case), { headers: { Accept: "text/html" } });
    if (!answer.ok) { location.href = row.dataset.preview; return; }
    place.innerHTML = await answer.text();
    place.hidden = false;
    document.querySelector(".queue").classList.add("previewing");
  };

  const tick = (row, range) => {
    if (!row) return;
    const all = rows();
    const box = row.querySelector("input[name=case]");
    box.checked = !box.checked;
    if (range && lastTicked) {
      const [from, to] = [all.indexOf(lastTicked), all.indexOf(row)].sort((a, b) => a - b);
      all.slice(from, to + 1).forEach((other) => { other.querySelector("input[name=case]").checked = box.checked; });
    }
    lastTicked = row;
    document.dispatchEvent(new Event("ticked"));
  };

  const press = (key) => {
    const target = document.querySelector('[data-key="' + CSS.escape(key) + '"]');
    if (!target) return false;
    target.click();
    return true;
  };

  const digit = (key) => {
    const radio = document.querySelector('input[type=radio][data-digit="' + key + '"]');
    if (!radio) return false;
    radio.checked = true;
    radio.focus();
    radio.scrollIntoView({ block: "nearest" });
    return true;
  };

  const list = {
    j: () => move(1),
    k: () => move(-1),
    o: () => { const row = current(); if (row) location.href = row.dataset.href; },
    p: () => preview(current() || rows()[0]),
    x: () => tick(current(), false),
    X: () => tick(current(), true),
  };

  const anywhere = {
    "/": () => document.getElementById("find")?.focus(),
    c: () => document.getElementById("note")?.focus(),
    "?": () => { location.href = "/help"; },
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) {
      const form = event.target.closest("form") || event.target.form || document.getElementById("marks");
      if (form) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
    if (typing(event.target)) return;
    const key = event.key;
    if (waitingForG) {
      waitingForG = false;
      if (key === "q") { event.preventDefault(); location.href = "/queue"; }
      return;
    }
    if (key === "g") { waitingForG = true; setTimeout(() => { waitingForG = false; }, 1200); return; }
    const done = (rows().length && list[key] && (list[key](), true)) || (/^[1-7]$/.test(key) && digit(key)) || press(key)
      || (anywhere[key] && (anywhere[key](), true));
    if (done) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const row = event.target.closest("#rows tr.row");
    if (!row || event.target.closest("a, input, label, button, summary")) return;
    if (window.matchMedia("(max-width: 1180px)").matches) { location.href = row.dataset.href; return; }
    select(row);
    preview(row);
  });
})();
