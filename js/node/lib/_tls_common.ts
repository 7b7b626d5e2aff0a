import tls from "lib:tls";
export default { SecureContext: tls.SecureContext, createSecureContext: tls.createSecureContext };
