// The one ordered list: every capability puts its globals in place, then the engine gets the functions that C# calls.
// Captures that only lazy modules use.
import "./core/error-stack.ts";
import { install as installCrypto } from "./crypto/lazy.ts";
import { install as installBlob } from "./blob/lazy.ts";
import { install as installCache } from "./cache/lazy.ts";
import { install as installConsole } from "./console/lazy.ts";
import { install as installDurableObjects } from "./durable-objects/lazy.ts";
import { install as installEncoding } from "./encoding/index.ts";
import { install as installEvents } from "./events/index.ts";
import { install as installEventSource } from "./eventsource/lazy.ts";
import { install as installFetch } from "./fetch/index.ts";
import { install as installHtmlRewriter } from "./html-rewriter/lazy.ts";
import { install as installMessaging } from "./messaging/lazy.ts";
import { install as installNode } from "./node/index.ts";
import { install as installPerformance } from "./performance/lazy.ts";
import { install as installSockets } from "./sockets/index.ts";
import { install as installStreams } from "./streams/lazy.ts";
import { install as installStructuredClone } from "./structured-clone/lazy.ts";
import { install as installTimers } from "./timers/index.ts";
import { install as installUrl } from "./url/index.ts";
import { install as installUrlPattern } from "./url-pattern/lazy.ts";
import { install as installWebSockets } from "./websockets/lazy.ts";
import { host, install as installWorker, warmUp } from "./worker/index.ts";

installEvents();
installEncoding();
installUrl();
installUrlPattern();
installStreams();
installBlob();
installFetch();
installCrypto();
installHtmlRewriter();
installCache();
installTimers();
installStructuredClone();
installMessaging();
installWebSockets();
installEventSource();
installPerformance();
installConsole();
installDurableObjects();
installWorker();
installSockets();
installNode();
warmUp();

(globalThis as unknown as { __skepHost: unknown }).__skepHost = host;
