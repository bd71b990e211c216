/** The parts of an OpenAPI document that merging looks at. */
interface Document {
  info?: object;
  paths?: Record<string, object>;
  components?: Record<string, Record<string, unknown>>;
  tags?: { name: string }[];
  [member: string]: unknown;
}

/**
 * One document for several services. A component that two services define differently would make one of them wrong, so
 * it is refused: name the DTO after its resource.
 */
export function mergeDocuments(title: string, documents: Document[]): Document {
  const [first] = documents;
  const merged: Document = { ...first, info: { ...first?.info, title }, paths: {}, components: {}, tags: [] };
  for (const { paths = {}, components = {}, tags = [] } of documents) {
    for (const [path, operations] of Object.entries(paths)) {
      if (merged.paths) merged.paths[path] = { ...merged.paths[path], ...operations };
    }
    for (const [kind, entries] of Object.entries(components)) mergeComponents(merged, kind, entries);
    // Every service has the tag of its health.
    const known = merged.tags?.map(({ name }) => name);
    merged.tags?.push(...tags.filter(({ name }) => !known?.includes(name)));
  }
  return merged;
}

function mergeComponents(merged: Document, kind: string, entries: Record<string, unknown>): void {
  const present = ((merged.components ??= {})[kind] ??= {});
  for (const [name, definition] of Object.entries(entries)) {
    if (name in present && JSON.stringify(present[name]) !== JSON.stringify(definition)) {
      throw new Error(`Two services define the component ${kind}/${name} differently: rename one of them.`);
    }
    present[name] = definition;
  }
}
