;; Two ways to add: numbers passed as arguments, and numbers laid out in memory.
(module
  (memory (export "memory") 1)

  (func (export "add") (param $a i32) (param $b i32) (result i32)
    local.get $a
    local.get $b
    i32.add)

  ;; The sum of $count 32-bit integers that start at byte $at.
  (func (export "sum") (param $at i32) (param $count i32) (result i64)
    (local $total i64)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $total
          (i64.add (local.get $total) (i64.load32_s (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next)))
    local.get $total))
