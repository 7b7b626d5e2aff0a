import http from "lib:http";
export default { methods: http.METHODS, _checkIsHttpToken: (text: string): boolean => /^[\^_`a-zA-Z\-0-9!#$%&'*+.|~]+$/.test(text), _checkInvalidHeaderChar: (text: string): boolean => /[^\t\x20-\x7e\x80-\xff]/.test(text), chunkExpression: /(?:^|\W)chunked(?:$|\W)/i, continueExpression: /(?:^|\W)100-continue(?:$|\W)/i, CRLF: "\r\n" };
