using System.Globalization;
using Skep.Abstractions.Email;
using Skep.Output;

namespace Skep.Hosting;

/// <summary>Where a project under development has no SMTP server: each message becomes a file in its folder, and a line says which.</summary>
internal sealed class EmailFolder(string root, Terminal terminal) : IEmailCarrier
{
    /// <inheritdoc/>
    public async Task SendAsync(EmailDelivery mail, Stream content, CancellationToken cancellation = default)
    {
        var path = Path.Combine(
            Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(StateFolders.Of(root))!, "email")).FullName,
            string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow:yyyyMMdd-HHmmss-fff}-{Guid.NewGuid().ToString("N")[..8]}.eml"));
        await using (FileStream file = new(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous }))
            await content.CopyToAsync(file, cancellation);
        var what = mail.Purpose switch
        {
            EmailPurpose.Forward => "forwarded a message",
            EmailPurpose.Reply => "replied with a message",
            _ => "sent a message",
        };
        await terminal.WriteAsync(style => $"{style.Cyan($"✉ {mail.Worker} {what}")} from {(mail.From.Length == 0 ? "<>" : mail.From)} to {string.Join(", ", mail.Recipients)}\n  {style.Dim("Email:")} {path}");
    }
}
