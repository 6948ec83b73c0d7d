// What the page begins with.

function view(name) {
  for (const other of ["label", "jobs"]) {
    $(`view-${other}`).hidden = other !== name;
    other === name ? $(`tab-${other}`).setAttribute("aria-current", "page") : $(`tab-${other}`).removeAttribute("aria-current");
  }
  if (name === "jobs") return listJobs();
  closeJob();
}

$("tab-label").addEventListener("click", guarded(() => view("label")));
$("tab-jobs").addEventListener("click", guarded(() => view("jobs")));
guarded(loadModel)();
