/** A category's place. */
export interface TreeNode {
  categoryId: number;
  /** Null for a root. */
  parentId: number | null;
}

/** All categories, by their places. */
export class CategoryTree<Node extends TreeNode = TreeNode> {
  private readonly byId: ReadonlyMap<number, Node>;
  private readonly below = new Map<number | null, Node[]>();

  /** Siblings keep the order of `nodes`. */
  constructor(nodes: readonly Node[]) {
    this.byId = new Map(nodes.map((node) => [node.categoryId, node]));
    for (const node of nodes) {
      const siblings = this.below.get(node.parentId);
      if (siblings) siblings.push(node);
      else this.below.set(node.parentId, [node]);
    }
  }

  get size(): number {
    return this.byId.size;
  }

  has(categoryId: number): boolean {
    return this.byId.has(categoryId);
  }

  hasChildren(categoryId: number): boolean {
    return this.below.has(categoryId);
  }

  /** Every parent before its children. */
  inOrder(parentId: number | null = null): Node[] {
    return (this.below.get(parentId) ?? []).flatMap((node) => [node, ...this.inOrder(node.categoryId)]);
  }

  /** The ids of a category and of all below it; none if there is no such category. */
  branch(categoryId: number): number[] {
    return this.has(categoryId) ? [categoryId, ...this.inOrder(categoryId).map((node) => node.categoryId)] : [];
  }

  /** Its level: 1 for a root. */
  depthOf(categoryId: number): number {
    const parentId = this.byId.get(categoryId)?.parentId ?? null;
    return parentId === null ? 1 : 1 + this.depthOf(parentId);
  }

  /** How many levels its branch has: 1 without children. */
  heightOf(categoryId: number): number {
    const heights = (this.below.get(categoryId) ?? []).map((child) => this.heightOf(child.categoryId));
    return 1 + Math.max(0, ...heights);
  }
}
