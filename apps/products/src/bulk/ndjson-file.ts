import { type ProductFile, REJECTED, type SourceLine } from './product-file.js';
import { MAX_RECORD, Records, type SourceRecord } from './records.js';

/** One JSON object per line. */
export class NdjsonFile implements ProductFile {
  constructor(private readonly source: AsyncIterable<Buffer>) {}

  async *lines(): AsyncGenerator<SourceLine> {
    for await (const record of new Records(this.source)) {
      if (record.text?.trim() !== '') yield { ...record, ...parseObject(record) };
    }
  }

  rejectedHead(): string {
    return '';
  }

  rejected({ line, text, fields }: SourceLine, reason: string): string {
    const [ofLine, ofReason] = REJECTED;
    return `${JSON.stringify({ [ofLine]: line, [ofReason]: reason, ...(fields ?? { rejected_text: text ?? null }) })}\n`;
  }
}

function parseObject({ text }: SourceRecord): Pick<SourceLine, 'fields' | 'problem'> {
  if (text === undefined) return { problem: `The line is longer than ${MAX_RECORD} characters.` };
  if (text.includes('\uFFFD')) return { problem: 'The line is not UTF-8 text.' };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return { fields: withoutRejection(value) };
  } catch {
    // Reported below.
  }
  return { problem: 'The line is not a JSON object.' };
}

function withoutRejection(value: object): Record<string, unknown> {
  const fields = { ...value } as Record<string, unknown>;
  for (const name of REJECTED) delete fields[name];
  return fields;
}
