"""How models that read a row of a table are learnt, tried by groups and time, and described."""
