// Copy buttons: shown only where scripts run. navigator.clipboard is missing without HTTPS, except on loopback.
"use strict";

async function copyText(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(element);
    return document.execCommand("copy");
  }
}

for (const button of document.querySelectorAll("button[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const copied = await copyText(document.getElementById(button.dataset.copies));
    document.getElementById("copied").textContent = copied ? "Copied." : "Press Ctrl+C to copy the selected text.";
  });
}
