/** Objects of classes that extend it are passed by reference between workers
 * (https://developers.cloudflare.com/workers/runtime-apis/rpc/#class-instances). */
export class RpcTarget {}
