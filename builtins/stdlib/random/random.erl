%% Random numbers as they were before module rand: three multiplicative generators, whose fractions are added (Wichmann and Hill,
%% AS 183). Where there is no seed in the process, the first number is drawn from seed0().
-module(random).

-export([seed/0, seed/1, seed/3, seed0/0, uniform/0, uniform/1, uniform_s/1, uniform_s/2]).

-define(P1, 30269).
-define(P2, 30307).
-define(P3, 30323).

-doc """
Returns the state that numbers are drawn from when nothing is seeded.

    1> random:seed0().
    {3172,9814,20125}
""".
-spec seed0() -> {integer(), integer(), integer()}.
seed0() -> {3172, 9814, 20125}.

-doc """
Seeds the process with the default state and returns the state that it had.

    1> random:seed().
    {3172,9814,20125}
""".
-spec seed() -> undefined | {integer(), integer(), integer()}.
seed() ->
    case put(random_seed, seed0()) of
        undefined -> seed0();
        Old -> Old
    end.

-doc """
Seeds the process with three numbers and returns the state that it had, or undefined.

    1> random:seed({1, 2, 3}), random:uniform(100).
    6
""".
-spec seed({A1 :: integer(), A2 :: integer(), A3 :: integer()}) -> undefined | {integer(), integer(), integer()}.
seed({A1, A2, A3}) -> seed(A1, A2, A3).

-doc """
Seeds the process with three numbers and returns the state that it had, or undefined.

    1> random:seed(1, 2, 3).
    undefined
""".
-spec seed(A1 :: integer(), A2 :: integer(), A3 :: integer()) -> undefined | {integer(), integer(), integer()}.
seed(A1, A2, A3) ->
    put(random_seed, {within(A1, ?P1), within(A2, ?P2), within(A3, ?P3)}).

within(N, Prime) -> abs(N) rem (Prime - 1) + 1.

-doc """
Draws a float, from 0.0 on and less than 1.0, from the state of the process.

    1> random:seed(1, 2, 3), random:uniform().
    0...
""".
-spec uniform() -> float().
uniform() ->
    {X, State} = uniform_s(state()),
    put(random_seed, State),
    X.

-doc """
Draws an integer from 1 to N from the state of the process.

    1> random:uniform(1).
    1
""".
-spec uniform(N :: pos_integer()) -> pos_integer().
uniform(N) when is_integer(N), N >= 1 -> trunc(uniform() * N) + 1.

-doc """
Draws a float from a state and returns it with the next state.

    1> element(2, random:uniform_s(random:seed0())).
    {27839,21123,25074}
""".
-spec uniform_s(State :: {integer(), integer(), integer()}) -> {float(), {integer(), integer(), integer()}}.
uniform_s({A1, A2, A3}) ->
    B1 = A1 * 171 rem ?P1,
    B2 = A2 * 172 rem ?P2,
    B3 = A3 * 170 rem ?P3,
    Sum = B1 / ?P1 + B2 / ?P2 + B3 / ?P3,
    {Sum - trunc(Sum), {B1, B2, B3}}.

-doc """
Draws an integer from 1 to N from a state and returns it with the next state.

    1> random:uniform_s(10, random:seed0()).
    {5,{27839,21123,25074}}
""".
-spec uniform_s(N :: pos_integer(), State :: {integer(), integer(), integer()}) -> {integer(), {integer(), integer(), integer()}}.
uniform_s(N, State) when is_integer(N), N >= 1 ->
    {X, Next} = uniform_s(State),
    {trunc(X * N) + 1, Next}.

state() ->
    case get(random_seed) of
        undefined -> seed0();
        State -> State
    end.
