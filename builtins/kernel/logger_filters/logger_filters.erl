%% Filters for the logger that are of use to many: each gets a log event and its argument, and returns stop, ignore or the event.
-module(logger_filters).

-export([domain/2, level/2, progress/2, remote_gl/2]).

-doc """
Filters by the domain of an event: {log|stop, super|sub|equal|not_equal|undefined, Domain}.

    1> logger_filters:domain(#{level=>info, msg=>{string,"x"}, meta=>#{domain=>[otp]}}, {stop,sub,[otp]}).
    stop
""".
-spec domain(map(), {log | stop, super | sub | equal | not_equal | undefined, [atom()]}) -> stop | ignore | map().
domain(#{meta := Meta} = Event, {Action, Compare, Domain})
  when Action =:= log orelse Action =:= stop, is_list(Domain),
       Compare =:= super orelse Compare =:= sub orelse Compare =:= equal orelse Compare =:= not_equal orelse Compare =:= undefined ->
    decided(compared(Compare, maps:get(domain, Meta, undefined), Domain), Action, Event);
domain(Event, Arg) ->
    error(badarg, [Event, Arg]).

compared(undefined, undefined, _) -> true;
compared(undefined, _, _) -> false;
compared(not_equal, Own, Domain) -> Own =/= Domain;
compared(equal, Own, Domain) -> Own =:= Domain;
compared(super, Own, Domain) -> is_list(Own) andalso lists:prefix(Own, Domain);
compared(sub, Own, Domain) -> is_list(Own) andalso lists:prefix(Domain, Own).

decided(false, _, _) -> ignore;
decided(true, stop, _) -> stop;
decided(true, log, Event) -> Event.

-doc """
Filters by the level of an event: {log|stop, eq|neq|lt|lteq|gt|gteq, Level}.

    1> logger_filters:level(#{level=>info, msg=>{string,"x"}, meta=>#{}}, {stop,lt,warning}).
    stop
""".
-spec level(map(), {log | stop, eq | neq | lt | lteq | gt | gteq, atom()}) -> stop | ignore | map().
level(#{level := Own} = Event, {Action, Operator, Level}) when Action =:= log; Action =:= stop ->
    Known = lists:member(Level, [emergency, alert, critical, error, warning, notice, info, debug, all, none]),
    Order = if Known -> logger:compare_levels(Own, Level); true -> error(badarg, [Event, {Action, Operator, Level}]) end,
    Hit = case Operator of
              eq -> Order =:= eq;
              neq -> Order =/= eq;
              lt -> Order =:= lt;
              lteq -> Order =/= gt;
              gt -> Order =:= gt;
              gteq -> Order =/= lt;
              _ -> error(badarg, [Event, {Action, Operator, Level}])
          end,
    decided(Hit, Action, Event);
level(Event, Arg) ->
    error(badarg, [Event, Arg]).

-doc """
Filters progress reports of supervisors and applications.

    1> logger_filters:progress(#{level=>info, msg=>{report,#{label=>{supervisor,progress}}}, meta=>#{}}, stop).
    stop
""".
-spec progress(map(), log | stop) -> stop | ignore | map().
progress(Event, Action) when Action =:= log; Action =:= stop ->
    Hit = case Event of
              #{msg := {report, #{label := {_, progress}}}} -> true;
              _ -> false
          end,
    decided(Hit, Action, Event);
progress(Event, Action) ->
    error(badarg, [Event, Action]).

-doc """
Filters events of processes whose group leader is on another node.

    1> logger_filters:remote_gl(#{level=>info, msg=>{string,"x"}, meta=>#{gl=>self()}}, stop).
    ignore
""".
-spec remote_gl(map(), log | stop) -> stop | ignore | map().
remote_gl(#{meta := Meta} = Event, Action) when Action =:= log; Action =:= stop ->
    Hit = case Meta of
              #{gl := Leader} when node(Leader) =/= node() -> true;
              _ -> false
          end,
    decided(Hit, Action, Event);
remote_gl(Event, Action) ->
    error(badarg, [Event, Action]).
