using Skep.Abstractions.Assets;

namespace Skep.Edge.Assets;

/// <summary>The rules of a folder of assets in development: <c>_headers</c> and <c>_redirects</c> as they are now.</summary>
internal sealed class LiveRules
{
    private readonly AssetConfiguration _configuration;
    private readonly LiveFile<string> _headers;
    private readonly LiveFile<string> _redirects;
    private AssetRules _rules;
    private string _readHeaders = "";
    private string _readRedirects = "";

    /// <exception cref="InvalidDataException">The configuration is malformed.</exception>
    public LiveRules(AssetDirectory directory)
    {
        _configuration = directory.Configuration;
        _headers = new LiveFile<string>(Path.Combine(directory.Directory, "_headers"), static text => text);
        _redirects = new LiveFile<string>(Path.Combine(directory.Directory, "_redirects"), static text => text);
        _rules = new AssetRules(_configuration);
    }

    /// <summary>The rules as they are now.</summary>
    public AssetRules Read()
    {
        (string headers, string redirects) = (_headers.Value, _redirects.Value);
        lock (_headers)
        {
            if (headers != _readHeaders || redirects != _readRedirects)
            {
                (_readHeaders, _readRedirects) = (headers, redirects);
                _rules = new AssetRules(_configuration with { Headers = headers, Redirects = redirects });
            }

            return _rules;
        }
    }
}
