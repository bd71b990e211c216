/** Applies method decorators (documentation) from a parameter decorator. */
export function methodDocs(target: object, key: string | symbol | undefined, decorators: MethodDecorator[]): void {
  if (key === undefined) return;
  const descriptor = Object.getOwnPropertyDescriptor(target, key);
  if (!descriptor) return;
  for (const decorate of decorators) decorate(target, key, descriptor);
}
