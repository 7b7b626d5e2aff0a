using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Skep.Edge.Listeners;

/// <summary>All that Kestrel asks its host for when it is to speak TLS: where to log, and its own metrics, a type that only it can name.</summary>
internal sealed class KestrelServices(ILoggerFactory loggers) : IServiceProvider, IMeterFactory
{
    public object? GetService(Type serviceType) =>
        serviceType == typeof(ILoggerFactory) ? loggers : serviceType.GetConstructor([typeof(IMeterFactory)])?.Invoke([this]);

    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
    }
}
