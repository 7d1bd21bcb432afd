// Copy buttons: shown only where scripts run. navigator.clipboard is missing without HTTPS, except on loopback.
"use strict";

async function copyText(element) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  }
  getSelection().selectAllChildren(element);
  return document.execCommand("copy");
}

for (const button of document.querySelectorAll("button[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const copied = await copyText(document.getElementById(button.dataset.copies)).catch(() => false);
    document.getElementById("copied").textContent = copied ? "Copied." : "Copying failed: select the text and copy it.";
  });
}
