// What KV namespaces ask of the host. A namespace is the place of its binding among those of the version.
declare module "../core/ops.ts" {
  interface Ops {
    /** [value, metadata or null], or null when there is none: at once if the value is at hand. */
    kv_get(namespace: number, key: string, asText: boolean, cacheTtl: number | undefined): KvPair | null | Promise<KvPair | null>;
    /** value or null, metadata or null, value…, in the order of the keys. */
    kv_get_many(namespace: number, keys: string[], cacheTtl: number | undefined): Promise<(string | null)[]>;
    /** The JSON of a list result. */
    kv_list(namespace: number, prefix: string, cursor: string | null, limit: number | undefined): Promise<string>;
    kv_put(
      namespace: number,
      key: string,
      value: string | ArrayBuffer | ArrayBufferView,
      expiration: number | undefined,
      expirationTtl: number | undefined,
      metadata: string | null,
    ): Promise<void>;
    kv_delete(namespace: number, key: string): Promise<void>;
  }
}

export type KvPair = [value: string | ArrayBuffer, metadata: string | null];
