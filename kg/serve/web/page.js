// Comfort only: every page works without this script.
"use strict";

// Ctrl+Enter sends the SPARQL form.
for (const area of document.querySelectorAll("form.sparql textarea")) {
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) area.form.requestSubmit();
  });
}

// A document opened at a quotation shows it.
if (!location.hash) document.querySelector(".text mark.wanted")?.scrollIntoView({ block: "center" });

// Fields left empty are not sent, so that addresses of answers stay short.
for (const form of document.querySelectorAll("form.ask")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.tagName === "INPUT" && !field.value) field.disabled = true;
  });
}
window.addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form.ask input:disabled")) field.disabled = false;
});
