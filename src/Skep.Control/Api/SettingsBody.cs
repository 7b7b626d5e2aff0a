using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Api;

/// <summary>The body of a change of settings: JSON, or a form with JSON in its part <c>settings</c>.</summary>
internal static class SettingsBody
{
    private const string Part = "settings";

    /// <exception cref="ApiException">It is neither.</exception>
    public static async Task<JsonObject> ReadAsync(ApiRequest request)
    {
        if (!request.Http.Request.HasFormContentType) return await request.ReadObjectAsync();
        try
        {
            var form = await request.Http.Request.ReadFormAsync(request.Http.RequestAborted);
            using var reader = form.Files.GetFile(Part) is { } file
                ? new StreamReader(file.OpenReadStream(), Encoding.UTF8)
                : new StreamReader(new MemoryStream(Encoding.UTF8.GetBytes(form[Part].ToString())), Encoding.UTF8);
            return JsonNode.Parse(await reader.ReadToEndAsync(request.Http.RequestAborted)) as JsonObject
                ?? throw ApiException.BadRequest("The part \"settings\" must be a JSON object.");
        }
        catch (JsonException malformed)
        {
            throw ApiException.BadRequest($"The part \"settings\" is no JSON: {malformed.Message}");
        }
        catch (InvalidDataException malformed)
        {
            throw ApiException.BadRequest($"The form cannot be read: {malformed.Message}");
        }
    }
}
