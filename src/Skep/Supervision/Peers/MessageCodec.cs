using Skep.Abstractions.Rpc;

namespace Skep.Supervision.Peers;

/// <summary>Messages on their way to the other process and from it: the bytes, and numbers for what cannot be copied.</summary>
internal static class MessageCodec
{
    /// <summary>What a number in a message is for.</summary>
    private enum Kind : byte
    {
        /// <summary>A capability of the sender's.</summary>
        Capability,

        /// <summary>A capability of the receiver's, which comes home.</summary>
        Home,

        /// <summary>Bytes that the receiver reads.</summary>
        Readable,

        /// <summary>Bytes that the receiver writes.</summary>
        Writable,

        /// <summary>A stub, which leads to the same from everywhere.</summary>
        Service,
    }

    /// <summary>Writes a message.</summary>
    /// <param name="lane">Calls of its capabilities come on it.</param>
    /// <param name="offered">Takes what was offered with it: to be withdrawn should nobody take the message, and to be ended when it was taken,
    /// but not before it was sent.</param>
    public static void Write(PayloadWriter to, RpcMessage message, PeerConnection peer, Lane lane, List<Offer> offered)
    {
        to.Bytes(message.Bytes.Span).Number(message.Attachments.Count);
        foreach (var each in message.Attachments)
        {
            if (each.Capability is { } capability) WriteCapability(to, capability, peer, lane, offered);
            else if (each.Readable is { } readable) WriteReadable(to, readable, each.Length, peer, offered);
            else if (each.Service is { } service) to.Byte((byte)Kind.Service).Text(service.Script).Text(service.Entrypoint).Text(service.PropsJson).Bytes(service.PropsBytes.Span).Address(service.Object);
            else WriteWritable(to, new WritableOffer(peer, each.Writable!), offered);
        }
    }

    /// <summary>Reads a message; whoever gets it owns what is in it.</summary>
    public static RpcMessage Read(ref PayloadReader from, PeerConnection peer, Lane lane)
    {
        var bytes = from.Bytes();
        var count = from.Count();
        if (count == 0) return new(bytes, []);
        List<RpcAttachment> attachments = new(count);
        try
        {
            for (var i = 0; i < count; i++) attachments.Add(ReadAttachment(ref from, peer, lane));
        }
        catch (InvalidDataException)
        {
            foreach (var each in attachments) each.Release();
            throw;
        }

        return new(bytes, attachments);
    }

    private static void WriteCapability(PayloadWriter to, RpcCapability capability, PeerConnection peer, Lane lane, List<Offer> offered)
    {
        if (capability is RemoteCapability remote && remote.IsOf(peer))
        {
            to.Byte((byte)Kind.Home).Number(remote.Id);
            offered.Add(new Offer(static () => { }, remote.Release));
            return;
        }

        var export = CapabilityExport.Offer(peer, capability, lane);
        to.Byte((byte)Kind.Capability).Number(export.Id);
        offered.Add(new Offer(export.Withdraw, static () => { }));
    }

    private static void WriteReadable(PayloadWriter to, Stream stream, long? length, PeerConnection peer, List<Offer> offered)
    {
        var outbound = OutboundStream.Offer(peer, stream);
        to.Byte((byte)Kind.Readable).Number(outbound.Id).Long(length);
        offered.Add(new Offer(outbound.Withdraw, static () => { }));
    }

    private static void WriteWritable(PayloadWriter to, WritableOffer offer, List<Offer> offered)
    {
        to.Byte((byte)Kind.Writable).Number(offer.Id);
        offered.Add(new Offer(offer.Withdraw, static () => { }));
    }

    private static RpcAttachment ReadAttachment(ref PayloadReader from, PeerConnection peer, Lane lane)
    {
        var kind = (Kind)from.Byte();
        if (kind == Kind.Service) return new(null, Service: ReadService(ref from));
        var id = from.Id();
        switch (kind)
        {
            case Kind.Capability:
                return new(RemoteCapability.Accept(peer, id, lane));
            case Kind.Home:
                return new((peer.Find(id) as CapabilityExport ?? throw new InvalidDataException($"There is no capability {id} here.")).Take());
            case Kind.Readable:
                return new(null, InboundStream.Accept(peer, id, grant: true).Body, from.OptionalLong());
            case Kind.Writable:
                return new(null, Writable: PeerPipeWriter.Accept(peer, id));
            default:
                throw new InvalidDataException($"There is no attachment of kind {kind}.");
        }
    }

    private static RpcService ReadService(ref PayloadReader from)
    {
        RpcService service = new(from.OptionalText(), from.OptionalText(), from.OptionalText(), from.Bytes(), from.Address());
        return (service.Script is null) != (service.Object is null) ? service : throw new InvalidDataException("A stub in a message leads nowhere, or to two places.");
    }

    /// <summary>Something that went with a message.</summary>
    /// <param name="Withdraw">Nobody took the message: it is the sender's again.</param>
    /// <param name="Done">The receiver has the message.</param>
    internal readonly record struct Offer(Action Withdraw, Action Done);
}
