using System.Text.Json;
using Skep.Abstractions.Compatibility;
using Skep.Abstractions.Workers;

namespace Skep.Runtime.Workers;

/// <summary>What an isolate is told of its version (<c>setup</c> in <c>js/worker</c>), in the words of the upload API.</summary>
internal static class WorkerConfiguration
{
    public static byte[] ToJson(WorkerVersion version)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("name", version.Name);
            json.WriteString("compatibilityDate", version.CompatibilityDate);
            json.WriteBoolean("serviceWorker", version.Syntax == ScriptSyntax.ServiceWorker);
            json.WriteStartArray("flags");
            foreach (var name in CompatibilityFlags.On(version.CompatibilityDate, version.CompatibilityFlags))
            {
                // The others change nothing.
                if (CompatibilityFlags.Find(name)!.Effect == FlagEffect.Honoured) json.WriteStringValue(name);
            }

            json.WriteEndArray();
            json.WriteStartArray("bindings");
            for (var i = 0; i < version.Bindings.Length; i++) Write(json, version.Bindings[i], i);
            json.WriteEndArray();
            if (!version.ObjectClasses.IsEmpty)
            {
                json.WriteStartArray("objectClasses");
                foreach (var each in version.ObjectClasses)
                {
                    json.WriteStartObject();
                    json.WriteString("className", each.ClassName);
                    json.WriteBoolean("sqlite", each.Sqlite);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Binding binding, int place)
    {
        json.WriteStartObject();
        json.WriteString("name", binding.Name);
        switch (binding)
        {
            case TextBinding text:
                json.WriteString("type", "plain_text");
                json.WriteString("text", text.Value);
                break;
            case SecretTextBinding secret:
                json.WriteString("type", "secret_text");
                json.WriteString("text", secret.Value);
                break;
            case JsonBinding value:
                json.WriteString("type", "json");
                json.WriteString("json", value.Json);
                break;
            case ServiceBinding:
                json.WriteString("type", "service");
                break;
            case AssetsBinding:
                json.WriteString("type", "assets");
                break;
            case KvNamespaceBinding:
                json.WriteString("type", "kv_namespace");
                json.WriteNumber("place", place);
                break;
            case WorkflowBinding:
                json.WriteString("type", "workflow");
                json.WriteNumber("place", place);
                break;
            case D1DatabaseBinding:
                json.WriteString("type", "d1");
                json.WriteNumber("place", place);
                break;
            case QueueBinding:
                json.WriteString("type", "queue");
                json.WriteNumber("place", place);
                break;
            case R2BucketBinding:
                json.WriteString("type", "r2_bucket");
                json.WriteNumber("place", place);
                break;
            case DispatchNamespaceBinding dispatch:
                json.WriteString("type", "dispatch_namespace");
                json.WriteNumber("place", place);
                if (dispatch.OutboundService is null) break;
                json.WriteStartArray("parameters");
                foreach (var parameter in dispatch.OutboundParameters.IsDefault ? [] : dispatch.OutboundParameters) json.WriteStringValue(parameter);
                json.WriteEndArray();
                break;
            case WorkerLoaderBinding:
                json.WriteString("type", "worker_loader");
                json.WriteNumber("place", place);
                break;
            case EnvironmentBinding:
                json.WriteString("type", "environment");
                json.WriteNumber("place", place);
                break;
            case ObjectNamespaceBinding:
                json.WriteString("type", "durable_object_namespace");
                break;
            case RateLimitBinding:
                json.WriteString("type", "ratelimit");
                json.WriteNumber("place", place);
                break;
            case HyperdriveBinding hyperdrive:
                json.WriteString("type", "hyperdrive");
                json.WriteString("connectionString", hyperdrive.ConnectionString);
                json.WriteString("host", hyperdrive.Host);
                json.WriteNumber("port", HyperdriveBinding.Port);
                json.WriteString("user", hyperdrive.User);
                json.WriteString("password", hyperdrive.Password);
                json.WriteString("database", hyperdrive.Database);
                break;
            case AnalyticsBinding:
                json.WriteString("type", "analytics_engine");
                json.WriteNumber("place", place);
                break;
            case VectorizeBinding:
                json.WriteString("type", "vectorize");
                json.WriteNumber("place", place);
                break;
            case SendEmailBinding:
                json.WriteString("type", "send_email");
                json.WriteNumber("place", place);
                break;
            case AiBinding:
                json.WriteString("type", "ai");
                break;
            default:
                throw new NotSupportedException($"The binding {binding.Name} is a {binding.GetType().Name}, which isolates do not know.");
        }

        json.WriteEndObject();
    }
}
