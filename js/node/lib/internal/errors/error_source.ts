// Assertion messages do not quote sources: a deployed worker's are not at hand.
export const getErrorSourceExpression = (): undefined => undefined;
export const getErrorSourcePositions = (): undefined => undefined;
