document.querySelectorAll("th button").forEach(function (button) {
  button.addEventListener("click", function () {
    var head = button.parentNode, row = head.parentNode, table = row.closest("table"), body = table.tBodies[0];
    var at = Array.prototype.indexOf.call(row.children, head);
    var up = head.getAttribute("aria-sort") === "descending" ? 1 : -1;
    if (!head.hasAttribute("aria-sort") && !head.classList.contains("n")) up = 1;
    Array.prototype.forEach.call(row.children, function (one) { one.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", up > 0 ? "ascending" : "descending");
    Array.prototype.slice.call(body.rows).sort(function (one, two) {
      var a = one.cells[at].dataset.v, b = two.cells[at].dataset.v;
      if (a === undefined || b === undefined) return (a === undefined) - (b === undefined);
      return up * (head.classList.contains("n") ? a - b : a.localeCompare(b));
    }).forEach(function (line) { body.appendChild(line); });
  });
});
