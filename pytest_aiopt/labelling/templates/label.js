// Shortcuts: a digit chooses the depth, a letter toggles a label, Enter saves. Typing a note keeps its keys.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.name === "note") return;
  const form = document.querySelector("form");
  if (!form) return;
  if (event.key === "Enter" && event.target.tagName !== "A" && event.target.tagName !== "SUMMARY") {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  const choice = form.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (choice) {
    event.preventDefault();
    choice.focus();
    choice.checked = choice.type === "radio" || !choice.checked;
  }
});
