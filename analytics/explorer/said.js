// The element stays while its words change, so that a screen reader notices.
function render({ model, el }) {
  el.setAttribute("role", "status");
  const tell = () => {
    el.classList.toggle("analytics-wrong", model.get("wrong"));
    el.replaceChildren(...model.get("sentences").map((sentence) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = sentence;
      return paragraph;
    }));
  };
  model.on("change:sentences change:wrong", tell);
  tell();
}
export default { render };
