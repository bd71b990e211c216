import { CategoryTree } from './category-tree.js';

const TREE = new CategoryTree(
  [
    [3, 1],
    [1, null],
    [5, 4],
    [2, null],
    [4, 1],
  ].map(([categoryId, parentId]) => ({ categoryId: categoryId as number, parentId: parentId as number | null })),
);

describe('CategoryTree', () => {
  it('has every parent before its children, and siblings as they came', () => {
    expect(TREE.inOrder().map(({ categoryId }) => categoryId)).toEqual([1, 3, 4, 5, 2]);
  });

  it('knows what is below a category', () => {
    expect([1, 4, 2, 9].map((id) => TREE.branch(id))).toEqual([[1, 3, 4, 5], [4, 5], [2], []]);
    expect([1, 3].map((id) => TREE.hasChildren(id))).toEqual([true, false]);
  });

  it('counts levels from the root and to the deepest leaf', () => {
    expect([1, 4, 5].map((id) => TREE.depthOf(id))).toEqual([1, 2, 3]);
    expect([1, 4, 5].map((id) => TREE.heightOf(id))).toEqual([3, 2, 1]);
    expect(TREE.size).toBe(5);
  });
});
