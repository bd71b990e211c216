import { Column, Entity, Generated, type MigrationInterface, PrimaryColumn, type QueryRunner, Table } from 'typeorm';
import { describeOnEachDatabase } from '../../../test/support/databases.js';
import { bigintNumber } from './columns.js';
import { Database } from './database.js';
import { openDataSource } from './open.js';
import { type Conflict, inList } from './statements.js';

/** A column of every kind that entities have. */
@Entity('samples')
class Sample {
  @PrimaryColumn({ name: 'sample_id', type: 'bigint', transformer: bigintNumber })
  @Generated()
  id: number;

  @Column({ name: 'label', type: 'varchar', length: 50 })
  label: string;

  @Column({
    name: 'words',
    type: 'varchar',
    length: 50,
    transformer: { to: (words: string[]) => words.join(' '), from: (text: string) => text.split(' ') },
  })
  words: string[];

  @Column({ name: 'total', type: 'bigint', transformer: bigintNumber })
  total: number;

  @Column({ name: 'is_open', type: 'boolean' })
  isOpen: boolean;

  @Column({ name: 'is_known', type: 'boolean', nullable: true })
  isKnown: boolean | null;

  @Column({ name: 'seen_at', type: 'datetime', precision: 3 })
  seenAt: Date;

  @Column({ name: 'ended_at', type: 'datetime', precision: 3, nullable: true })
  endedAt: Date | null;
}

/** The same table in a later release. */
@Entity('samples')
class LaterSample extends Sample {
  @Column({ name: 'remark', type: 'varchar', length: 50, nullable: true })
  remark: string | null;
}

/** Of a table whose key has two columns. */
@Entity('seats')
class Seat {
  @PrimaryColumn({ name: 'row_no', type: 'int' })
  row: number;

  @PrimaryColumn({ name: 'seat_no', type: 'int' })
  seat: number;

  @Column({ name: 'guest', type: 'varchar', length: 50 })
  guest: string;
}

class CreateSamples20261122000101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.dataSource.options.type === 'mysql';
    const time = { type: 'datetime', ...(mysql && { precision: 3 }) };
    await runner.createTable(
      new Table({
        name: 'samples',
        columns: [
          // Not in the order of the entity.
          { name: 'ended_at', ...time, isNullable: true },
          { name: 'sample_id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'label', type: 'varchar', length: '50' },
          { name: 'is_open', type: 'tinyint' },
          { name: 'is_known', type: 'tinyint', isNullable: true },
          { name: 'total', type: 'bigint' },
          { name: 'words', type: 'varchar', length: '50' },
          { name: 'remark', type: 'varchar', length: '50', isNullable: true },
          { name: 'seen_at', ...time },
        ],
        uniques: [{ name: 'sample_label', columnNames: ['label'] }],
      }),
    );
  }
  async down(): Promise<void> {}
}

const AT = new Date('2026-11-22T10:11:12.345Z');
const FULL = { words: ['a', 'b'], total: 9_007_199_254_740_991, isOpen: true, isKnown: false, seenAt: AT, endedAt: AT };
const SPARSE = { words: ['ünï😀'], total: -1, isOpen: false, isKnown: null, seenAt: AT, endedAt: null };

describeOnEachDatabase('compiled statements', (databaseUrl) => {
  let database: Database;

  beforeAll(async () => {
    const entities = [Sample, LaterSample, Seat];
    const options = { url: databaseUrl(), defaultDatabase: 'unused', entities, poolSize: 2 };
    database = new Database(await openDataSource({ ...options, migrations: [CreateSamples20261122000101] }));
  });
  afterAll(() => database?.close());
  beforeEach(() => database.execute('DELETE FROM samples').then(() => undefined));

  const stored = async (like: string) => {
    const rows = await database.query<object>('SELECT * FROM samples WHERE label LIKE ? ORDER BY sample_id', [like]);
    return rows.map((row) => ({ ...row, sample_id: 0, label: '' }));
  };

  it('store what TypeORM stores, whatever the order of the properties', async () => {
    const { affected, insertId } = await database.insert(Sample, [
      { label: 'ours 1', ...FULL },
      { ...SPARSE, label: 'ours 2' },
    ]);
    await database.repository(Sample).insert([
      { label: 'its 1', ...FULL },
      { label: 'its 2', ...SPARSE },
    ]);
    expect(await stored('ours%')).toEqual(await stored('its%'));
    expect(affected).toBe(2);
    expect(await database.repository(Sample).findOneBy({ id: insertId })).toEqual({
      id: insertId,
      label: 'ours 1',
      ...FULL,
    });
    expect(await database.repository(Sample).findOneBy({ id: insertId + 1 })).toMatchObject(SPARSE);
  });

  it('read a row as the entity that TypeORM reads', async () => {
    await database.insert(Sample, [
      { label: '1', ...FULL },
      { label: '2', ...SPARSE },
    ]);
    const statements = database.statements(Sample);
    const rows = await database.query<object>(`SELECT ${statements.columnList('s')} FROM samples s ORDER BY s.label`);
    const read = rows.map((row) => statements.toEntity({ ...row, keyset_id: 1 }));
    expect(read).toStrictEqual(await database.repository(Sample).find({ order: { label: 'ASC' } }));
  });

  it('store a column that a later release adds to the entity', async () => {
    await database.insert(LaterSample, [{ label: '1', ...FULL, remark: 'new' }]);
    expect(await stored('1')).toEqual([expect.objectContaining({ remark: 'new', total: FULL.total })]);
  });

  it('leave out what the database generates, and put the other columns in the order of the entity', () => {
    const row = { label: '1', ...FULL };
    expect(database.statements(Sample).insert([row, row]).sql).toBe(
      'INSERT INTO samples (label, words, total, is_open, is_known, seen_at, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?)',
    );
    expect(database.statements(Sample).columnList('s')).toBe(
      's.sample_id, s.label, s.words, s.total, s.is_open, s.is_known, s.seen_at, s.ended_at',
    );
  });

  it('store null for a missing value only where the column is nullable', async () => {
    const { label, ...unnamed } = { label: '1', words: ['a'], total: 1, isOpen: true, seenAt: AT };
    await database.insert(Sample, [{ label, ...unnamed }]);
    expect(await database.repository(Sample).findOneBy({ label })).toMatchObject({ isKnown: null, endedAt: null });
    await expect(database.insert(Sample, [unnamed])).rejects.toThrow('A row for samples has no value for label.');
  });

  it('update what they are told to, in the rows that match', async () => {
    await database.insert(Sample, [
      { label: '1', ...FULL },
      { label: '2', ...FULL },
    ]);
    const statements = database.statements(Sample);
    const write = async (where: Partial<Sample>) => {
      const { sql, params } = statements.update(SPARSE, ['words', 'isOpen', 'endedAt', 'isKnown'], where);
      return (await database.execute(sql, params)).affected;
    };
    expect([
      await write({ label: '1', total: FULL.total, isOpen: true }),
      await write({ label: '2', total: 0 }),
    ]).toEqual([1, 0]);
    const { words, isOpen, endedAt, isKnown } = SPARSE;
    expect(await database.repository(Sample).find({ order: { label: 'ASC' } })).toMatchObject([
      { label: '1', ...FULL, words, isOpen, endedAt, isKnown },
      { label: '2', ...FULL },
    ]);
    expect(() => statements.update({}, ['label'], { total: 1 })).toThrow('A row for samples has no value for label.');
    expect(statements.update(SPARSE, ['words'], { total: 1, label: '1' }).sql).toBe(
      'UPDATE samples SET words = ? WHERE total = ? AND label = ?',
    );
  });

  it('write a whole row by all of its key, and count a version up where they are told to', () => {
    const seats = database.statements(Seat);
    expect(seats.replace({ row: 1, seat: 2, guest: 'Ada' })).toEqual({
      sql: 'UPDATE seats SET guest = ? WHERE row_no = ? AND seat_no = ?',
      params: ['Ada', 1, 2],
    });
    expect(seats.countUp({ seat: 2, guest: 'Ada' }, AT)).toEqual({
      sql: 'UPDATE seats SET version = version + 1, updated_at = ? WHERE seat_no = ? AND guest = ?',
      params: [AT, 2, 'Ada'],
    });
  });

  it('keep or change a row with the same key', async () => {
    const keep: Conflict<Sample> = { keys: ['label'] };
    const add: Conflict<Sample> = { keys: ['label'], set: 'total = total + ?, ended_at = ?' };
    const row = { label: '1', ...SPARSE, total: 5 };
    const total = async () => (await database.repository(Sample).findOneByOrFail({ label: '1' })).total;
    await database.insert(Sample, [row], { onConflict: keep });
    await database.insert(Sample, [{ ...row, total: 7 }], { onConflict: keep });
    expect(await total()).toBe(5);
    await database.insert(Sample, [row], { onConflict: add, values: [10, AT] });
    expect(await total()).toBe(15);
    expect(await database.repository(Sample).findOneBy({ endedAt: AT })).not.toBeNull();
    await expect(database.insert(Sample, [row])).rejects.toThrow();
  });

  it('take part in the transaction', async () => {
    const write = database.transaction(async (tx) => {
      await database.insert(Sample, [{ label: '1', ...FULL }], { tx });
      throw new Error('planned');
    });
    await expect(write).rejects.toThrow('planned');
    expect(await stored('%')).toEqual([]);
  });

  it('are built once for each number of rows and conflict', () => {
    const statements = database.statements(Sample);
    expect(database.statements(Sample)).toBe(statements);
    const row = { label: '1', ...FULL };
    const build = jest.spyOn(statements as unknown as { buildInsert(): string }, 'buildInsert');
    const keep: Conflict<Sample> = { keys: ['label'] };
    const buildAll = () =>
      [1, 3].flatMap((n) => [undefined, keep].map((c) => statements.insert(Array(n).fill(row), c)));
    buildAll();
    const built = build.mock.calls.length;
    buildAll();
    expect(build).toHaveBeenCalledTimes(built);
  });

  it('find rows by a list of values', async () => {
    await database.insert(
      Sample,
      ['1', '2', '3'].map((label) => ({ label, ...FULL })),
    );
    const labels = ['1', '3'];
    const sql = `SELECT label FROM samples WHERE label ${inList(labels)} ORDER BY label`;
    expect(await database.query(sql, labels)).toEqual([{ label: '1' }, { label: '3' }]);
  });

  it('insert nothing without rows', async () => {
    expect(await database.insert(Sample, [])).toEqual({ affected: 0, insertId: 0 });
  });

  it('find nothing by an empty list', async () => {
    await database.insert(Sample, [{ label: '1', ...FULL }]);
    expect(await database.query(`SELECT label FROM samples WHERE label ${inList([])}`)).toEqual([]);
  });
});
