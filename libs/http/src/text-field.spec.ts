import { ContractPipe } from './contract.pipe.js';
import { TextField } from './fields.js';

class TextsDto {
  @TextField({ min: 1, max: 4, optional: true })
  shown?: string;

  @TextField({ min: 1, max: 4, controls: true, optional: true })
  secret?: string;

  @TextField({ min: 1, max: 4, trim: true, optional: true })
  name?: string;
}

const read = (fields: TextsDto) => () => new ContractPipe().transform(fields, { type: 'body', metatype: TextsDto });

describe('a text', () => {
  it.each(['\t', '\n', '\r\n', '\u007f', '\u0085', '\u2028', '\ufffd', '\ufeff', '😀😀😀😀', 'e\u0301', '\u{1fffe}'])(
    'may contain %j',
    (shown) => {
      expect(read({ shown, secret: shown })).not.toThrow();
    },
  );

  it.each(['\u0001', '\b', '\u000b', '\f', '\u001b', '\u001f', '\ufffe', '\uffff'])(
    'may not contain %j, which no queue can carry, unless it is never shown',
    (text) => {
      expect(read({ shown: text })).toThrow('shown must be a text of 1 to 4 characters, without control characters.');
      expect(read({ secret: text })).not.toThrow();
    },
  );

  it.each(['\u200b', ' \u2060\ufe0f ', '\ufeff', '\u00ad', '\u3164', '\u2800', '\u{e0020}', '\u200d\u200d'])(
    'that people read may not be %j, which is invisible',
    (text) => {
      expect(read({ name: text })).toThrow('name must be a text of 1 to 4 characters');
      expect(read({ name: `${text}a`.slice(-4) })).not.toThrow();
      expect(read({ secret: text })).not.toThrow();
    },
  );

  it.each(['\0', '\ud800', 'a\udc00', '\udc00\ud800', 'abcde', '😀😀😀😀😀', ''])('is never %j', (text) => {
    expect(read({ shown: text })).toThrow('shown');
    expect(read({ secret: text })).toThrow('secret');
  });
});
