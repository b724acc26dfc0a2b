%% Queries: qlc:q/1,2 takes list comprehensions whose generators are query handles.
-compile({parse_transform, qlc}).
