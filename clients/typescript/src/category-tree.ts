/** The place of a category. */
interface Placed {
  category_id: number;
  parent_id: number | null;
}

/** A category with those below it. */
export type CategoryNode<C extends Placed = Placed> = C & { children: CategoryNode<C>[] };

/**
 * The roots of the tree, of the list that the platform sends:
 * `treeOf(dataOf(await shop.api.GET('/categories')).categories)`. Siblings keep its order.
 */
export function treeOf<C extends Placed>(categories: readonly C[]): CategoryNode<C>[] {
  const nodes = new Map(categories.map((category) => [category.category_id, { ...category, children: [] }]));
  const roots: CategoryNode<C>[] = [];
  for (const node of nodes.values() as Iterable<CategoryNode<C>>) {
    const parent = node.parent_id === null ? undefined : (nodes.get(node.parent_id) as CategoryNode<C> | undefined);
    (parent?.children ?? roots).push(node);
  }
  return roots;
}
