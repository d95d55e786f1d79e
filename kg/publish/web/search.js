// Filters the list of terms by what is typed, in any language; ?q= in the address does the same.
const field = document.getElementById('q');
const items = [...document.querySelectorAll('#found li')];
function filter() {
  const wanted = field.value.trim().toLowerCase();
  for (const item of items) item.hidden = !item.dataset.words.includes(wanted);
}
field.value = new URLSearchParams(location.search).get('q') || '';
field.addEventListener('input', filter);
filter();
