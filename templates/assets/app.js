"use strict";
// Suggestions while typing, and keys in tables. Every page works without this file.
(function () {
  function suggest(input) {
    var list = document.createElement("datalist");
    list.id = input.id + "-suggestions";
    input.after(list);
    input.setAttribute("list", list.id);
    var timer = 0, asked = "", composing = false;
    input.addEventListener("compositionstart", function () { composing = true; });
    input.addEventListener("compositionend", function () { composing = false; later(); });
    input.addEventListener("input", later);
    function later() {
      clearTimeout(timer);
      if (!composing) timer = setTimeout(ask, 200);
    }
    function ask() {
      var words = input.value.trim();
      if (!words || words === asked) return;
      asked = words;
      fetch(input.dataset.suggest + "?q=" + encodeURIComponent(words), { credentials: "same-origin" })
        .then(function (answer) { return answer.ok ? answer.json() : { items: [] }; })
        .then(function (answer) {
          if (words !== asked) return;
          list.replaceChildren.apply(list, (answer.items || []).map(function (item) {
            var option = document.createElement("option");
            option.value = typeof item === "string" ? item : item.text;
            return option;
          }));
        })
        .catch(function () { list.replaceChildren(); });
    }
  }
  document.querySelectorAll("input[data-suggest]").forEach(suggest);

  // What another box says (a job's title) proposes what this one may say (its occupation).
  document.querySelectorAll("input[data-title]").forEach(function (input) {
    var title = document.getElementById(input.dataset.title);
    var list = document.getElementById(input.id + "-suggestions");
    if (!title || !list) return;
    title.addEventListener("change", function () {
      var words = title.value.trim();
      if (!words) return;
      fetch(input.dataset.suggest + "?title=" + encodeURIComponent(words), { credentials: "same-origin" })
        .then(function (answer) { return answer.ok ? answer.json() : { items: [] }; })
        .then(function (answer) {
          var items = answer.items || [];
          list.replaceChildren.apply(list, items.map(function (item) {
            var option = document.createElement("option");
            option.value = item.text;
            return option;
          }));
          if (items.length) input.placeholder = items[0].text;
        })
        .catch(function () { list.replaceChildren(); });
    });
  });

  // The list of problems takes the focus, so that it is read out and can be followed by keyboard.
  var problems = document.getElementById("problems");
  if (problems) problems.focus();

  // j and k walk through the rows of the table that has the focus; enter opens, as it does on any link.
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    var table = event.target.closest(".table");
    if (!table || event.target.closest("input, textarea, select")) return;
    if (event.key !== "j" && event.key !== "k") return;
    var links = Array.from(table.querySelectorAll("tbody th a"));
    if (!links.length) return;
    var at = links.indexOf(document.activeElement);
    var next = event.key === "j" ? Math.min(at + 1, links.length - 1) : Math.max(at - 1, 0);
    links[next].focus();
  });
})();
