import EventEmitter from "lib:events";
import { methods } from "lib:internal/stub";

class Worker extends EventEmitter {
  isDead(): boolean { return true; }
  isConnected(): boolean { return false; }
}
export default Object.assign(new EventEmitter(), {
  isMaster: true, isPrimary: true, isWorker: false, SCHED_NONE: 1, SCHED_RR: 2, schedulingPolicy: 2, settings: {}, workers: {}, Worker,
  ...methods("cluster", "disconnect", "fork", "setupMaster", "setupPrimary"),
});
