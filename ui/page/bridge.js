// Carries to the server what the page's scripts ask for, and to the scripts what the server tells the browser to do.
const names = ["ask", "cite", "export", "filter", "fresh", "judge", "mode", "open", "remove", "restore", "restrict"];

document.addEventListener("belegt", (event) => {
  if (names.includes(event.detail.name)) trigger(event.detail.name, event.detail.data);
});

watch("value", () => {
  const told = props.value;
  // The scripts may come later than the first word to them.
  if (told.do === "begin") window.belegtBegun = told;
  document.dispatchEvent(new CustomEvent(`belegt-${told.do}`, { detail: told }));
});
