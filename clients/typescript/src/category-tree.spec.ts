import { treeOf } from './category-tree.ts';

describe('treeOf', () => {
  it('puts every category below its parent, in the order of the list', () => {
    const categories = [
      { category_id: 1, parent_id: null, name: 'Work' },
      { category_id: 3, parent_id: 1, name: 'Mice' },
      { category_id: 2, parent_id: 1, name: 'Pens' },
      { category_id: 4, parent_id: null, name: 'Sale' },
    ];
    const leaf = (index: number) => ({ ...categories[index], children: [] });
    expect(treeOf(categories)).toEqual([{ ...categories[0], children: [leaf(1), leaf(2)] }, leaf(3)]);
  });
});
