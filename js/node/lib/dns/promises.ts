import dns from "lib:dns";
export default dns.promises;
