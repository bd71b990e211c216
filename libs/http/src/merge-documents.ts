import { problemSchema } from './openapi-problems.js';

/** The parts of an OpenAPI document that merging reads. */
interface Document {
  info?: object;
  paths?: Record<string, object>;
  components?: Record<string, Record<string, unknown>>;
  tags?: { name: string }[];
  'x-error-codes'?: Record<string, object>;
  [member: string]: unknown;
}

/**
 * Merges the documents of several services. Two different definitions of one component would make one service's wrong,
 * so that is an error: name the DTO after its resource. A problem can have the code of any service.
 */
export function mergeDocuments(title: string, documents: Document[]): Document {
  const [first] = documents;
  const merged: Document = { ...first, info: { ...first?.info, title }, paths: {}, components: {}, tags: [] };
  const codes = Object.fromEntries(
    documents
      .flatMap(({ 'x-error-codes': own = {} }) => Object.entries(own))
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  const Problem = problemSchema(Object.keys(codes));
  for (const { paths = {}, components = {}, tags = [] } of documents) {
    for (const [path, operations] of Object.entries(paths)) {
      if (merged.paths) merged.paths[path] = { ...merged.paths[path], ...operations };
    }
    for (const [kind, entries] of Object.entries(components))
      mergeComponents(merged, kind, kind === 'schemas' ? { ...entries, Problem } : entries);
    // Every service has a tag for health.
    const known = merged.tags?.map(({ name }) => name);
    merged.tags?.push(...tags.filter(({ name }) => !known?.includes(name)));
  }
  return { ...merged, 'x-error-codes': codes };
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
