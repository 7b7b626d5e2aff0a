import type { QueueFigures } from "./ops.ts";

export interface QueueMetrics {
  backlogCount: number;
  backlogBytes: number;
  oldestMessageTimestamp?: Date;
}

export function metricsOf(figures: QueueFigures): QueueMetrics {
  const metrics: QueueMetrics = { backlogCount: figures[0], backlogBytes: figures[1] };
  if (figures[2] > 0) metrics.oldestMessageTimestamp = new Date(figures[2]);
  return metrics;
}
