namespace Skep.Abstractions.Errors;

/// <summary>An exception of whoever asked a process that has ended meanwhile: whether it has done what it was asked is unknown. No fault of
/// anybody's code: Workers are told <c>Network connection lost.</c></summary>
public interface ILostConnection;
