/** A decoded form: `metadata[order_ref]=x` is a form in a form, and so is a list, with its indexes as names. */
export interface Form {
  [name: string]: string | Form;
}

const MOST_PAIRS = 1_000;
const MOST_LEVELS = 5;

/** Decodes a query or a form body with names in brackets; what is beyond Stripe's depth is left out. */
export function parseForm(text: string): Form {
  const form = empty();
  for (const [name, value] of [...new URLSearchParams(text)].slice(0, MOST_PAIRS)) put(form, pathOf(name), value);
  return form;
}

/** The pairs of a form in one order, to compare two requests. */
export function canonical(text: string): string {
  return JSON.stringify([...new URLSearchParams(text)].map(([name, value]) => `${name}=${value}`).sort());
}

const pathOf = (name: string): string[] => name.replaceAll(']', '').split('[');
/** Without a prototype: `__proto__` is a name like any other. */
const empty = (): Form => Object.create(null) as Form;

function put(form: Form, path: string[], value: string): void {
  if (path.length > MOST_LEVELS) return;
  const [first = '', ...rest] = path;
  const name = first === '' ? String(Object.keys(form).length) : first;
  if (rest.length === 0) {
    form[name] = value;
    return;
  }
  const inner = form[name];
  put(typeof inner === 'object' ? inner : (form[name] = empty()), rest, value);
}
