// Runs before the first paint, so that a chosen theme or print size does not flash.
(function () {
  try {
    var theme = localStorage.getItem("fengqiao.theme");
    var size = localStorage.getItem("fengqiao.size");
    if (theme) document.documentElement.setAttribute("data-theme", theme);
    if (size) document.documentElement.setAttribute("data-size", size);
  } catch (error) {
    /* storage may be switched off; the page works without it */
  }
})();
