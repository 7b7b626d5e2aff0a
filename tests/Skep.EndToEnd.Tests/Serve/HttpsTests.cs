using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Skep.EndToEnd.Tests.Serve;

/// <summary>TLS and HTTP/2 with a client that is nobody's here: curl.</summary>
public sealed partial class HttpsTests
{
    private const string Worker = """
        export default {
          async fetch(request) {
            if (new URL(request.url).pathname === "/echo") return new Response(request.body);
            const { httpProtocol, tlsVersion, tlsCipher, country } = request.cf;
            return Response.json({ url: request.url, httpProtocol, tlsVersion, tlsCipher, country, proto: request.headers.get("x-forwarded-proto") });
          },
        };
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Curl_speaks_http_2_over_tls_to_a_worker()
    {
        using var folder = new TemporaryProject();
        folder.Write("workers/hello.js", Worker);
        var certificate = WriteCertificate(folder);
        await using var server = await ServerProcess.Start(
            Cancellation, "serve", "--workers", Path.Combine(folder.Folder, "workers"), "--https-port", "0", "--cert", certificate);
        var port = int.Parse((await server.Printed(HttpsPort(), 1, Cancellation))[0].Groups["port"].Value, CultureInfo.InvariantCulture);

        var told = JsonDocument.Parse(await CurlAsync(certificate, port, "--http2", "--tlsv1.3", "/a?b")).RootElement;
        Assert.Equal("HTTP/2", told.GetProperty("httpProtocol").GetString());
        Assert.Equal("TLSv1.3", told.GetProperty("tlsVersion").GetString());
        Assert.StartsWith("AEAD-", told.GetProperty("tlsCipher").GetString(), StringComparison.Ordinal);
        Assert.Equal($"https://hello.localhost:{port}/a?b", told.GetProperty("url").GetString());
        Assert.Equal("https", told.GetProperty("proto").GetString());

        told = JsonDocument.Parse(await CurlAsync(certificate, port, "--http1.1", "--tls-max", "1.2", "/")).RootElement;
        Assert.Equal("HTTP/1.1", told.GetProperty("httpProtocol").GetString());
        Assert.Equal("TLSv1.2", told.GetProperty("tlsVersion").GetString());

        var upload = folder.Write("upload", new string('x', 3_000_000));
        Assert.Equal(new string('x', 3_000_000), await CurlAsync(certificate, port, "--http2", "--data-binary", "@" + upload, "/echo"));
        Assert.Equal(0, await server.Terminate(Cancellation));
    }

    private static async Task<string> CurlAsync(string certificate, int port, params string[] arguments)
    {
        ProcessStartInfo start = new("curl", ["--silent", "--show-error", "--cacert", certificate, .. arguments[..^1], $"https://hello.localhost:{port}{arguments[^1]}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var curl = Process.Start(start)!;
        var output = curl.StandardOutput.ReadToEndAsync(Cancellation);
        var problem = await curl.StandardError.ReadToEndAsync(Cancellation);
        await curl.WaitForExitAsync(Cancellation);
        Assert.True(curl.ExitCode == 0, $"curl ended with {curl.ExitCode}: {problem}");
        return await output;
    }

    private static string WriteCertificate(TemporaryProject folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=hello.localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("hello.localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        folder.Write("tls.key", key.ExportPkcs8PrivateKeyPem());
        return folder.Write("tls.crt", certificate.ExportCertificatePem());
    }

    [GeneratedRegex(@"also at https://\S+:(?<port>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HttpsPort();
}
