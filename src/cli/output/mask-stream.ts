import { StringDecoder } from 'node:string_decoder';
import type { Writable } from 'node:stream';
import { Masking } from '../../model/masking.ts';

type Done = (error?: Error | null) => void;

/**
 * Masks all that is written to a stream, whoever writes: progress, prompts and warnings of the runtime among them. `end`
 * lets out what was held back because it could have been the beginning of a secret; after it every write stands for itself.
 */
export function maskStream(stream: Writable): { readonly end: () => void } {
  const write = stream.write.bind(stream);
  const masking = new Masking();
  const decoder = new StringDecoder();
  let ended = false;
  stream.write = (chunk: Uint8Array | string, encoding?: BufferEncoding | Done, callback?: Done): boolean => {
    const text = typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk));
    const done = typeof encoding === 'function' ? encoding : callback;
    return write(masking.next(text) + (ended ? masking.end() : ''), 'utf8', done);
  };
  return {
    end: () => {
      ended = true;
      write(masking.next(decoder.end()) + masking.end());
    },
  };
}
