// Shows the progress of running crawls in the console; without it, the page is loaded again every few seconds.
"use strict";
for (const box of document.querySelectorAll("[data-progress]")) {
  let failures = 0;
  const update = async () => {
    try {
      const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" }, redirect: "error" });
      if (!answer.ok) throw new Error(answer.statusText);
      const job = await answer.json();
      failures = 0;
      if (job.state === "ended") {
        location.reload();
        return;
      }
      for (const element of box.querySelectorAll("[data-value]")) {
        const text = String(job[element.dataset.value]);
        if (element.textContent !== text) element.textContent = text;
      }
      const bar = box.querySelector("progress");
      if (job.fetched > 0) {
        bar.max = job.fetched + job.queued;
        bar.value = job.fetched;
      }
    } catch (error) {
      failures += 1;
      if (failures > 5) {
        location.reload();
        return;
      }
    }
    setTimeout(update, 1000 * (1 + failures));
  };
  setTimeout(update, 500);
}
