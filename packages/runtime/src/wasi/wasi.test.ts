import { describe, expect, test } from 'vitest'
import {
  OFLAGS,
  READ_WRITE,
  RIGHTS_READ,
  RIGHTS_WRITE,
  ROOT,
  wasiBench,
} from '../testing/wasiBench.ts'
import { ERRNO, LimitReached, ProcessExit } from './errno.ts'
import { WASI_SIGNATURES } from './signatures.ts'

// Cases after the WASI test suite (github.com/WebAssembly/wasi-testsuite, wasm32-wasip1), in /tmp
// instead of a host directory. Where that allows several errors, ours is stated.

const HIGH = -16 // a pointer just below 4 GiB

test('implements every function of preview 1 and no other', () => {
  const { wasi } = wasiBench()
  expect(Object.keys(wasi.imports).sort()).toEqual(Object.keys(WASI_SIGNATURES).sort())
})

describe('pointers', () => {
  test('outside memory give EFAULT, also where they are negative or wrap around', () => {
    const { call } = wasiBench()
    expect(call('random_get', 65_530, 16)).toBe(ERRNO.fault)
    for (const pointer of [65_536, -1, HIGH, 0x7fffffff]) {
      expect(call('random_get', pointer, 16)).toBe(ERRNO.fault)
      expect(call('clock_time_get', 0, 0n, pointer)).toBe(ERRNO.fault)
      expect(call('args_sizes_get', pointer, 0)).toBe(ERRNO.fault)
      expect(call('args_get', pointer, 0)).toBe(ERRNO.fault)
      expect(call('fd_write', 1, pointer, 1, 0)).toBe(ERRNO.fault)
      expect(call('fd_read', 0, 0, 1, pointer)).toBe(ERRNO.fault)
      expect(call('fd_filestat_get', 1, pointer)).toBe(ERRNO.fault)
      expect(call('fd_prestat_get', ROOT, pointer)).toBe(ERRNO.fault)
      expect(call('fd_readdir', ROOT, pointer, 100, 0n, 0)).toBe(ERRNO.fault)
      expect(call('path_open', ROOT, 0, pointer, 20, 0, 0n, 0n, 0, 0)).toBe(ERRNO.fault)
      expect(call('path_open', ROOT, 0, 0, 1, 0, 0n, 0n, 0, pointer)).toBe(ERRNO.fault)
      expect(call('poll_oneoff', pointer, 0, 1, 0)).toBe(ERRNO.fault)
    }
  })

  test('with huge lengths give EFAULT and take little time', () => {
    const { call, view } = wasiBench()
    expect(call('random_get', 0, -1)).toBe(ERRNO.fault)
    expect(call('fd_write', 1, 0, -1, 0)).toBe(ERRNO.fault)
    view().setUint32(0, 8, true)
    view().setUint32(4, 0xffffffff, true)
    expect(call('fd_write', 1, 0, 1, 0)).toBe(ERRNO.fault)
    expect(call('poll_oneoff', 0, 0, -1, 0)).toBe(ERRNO.fault)
  })

  test('are good again after the memory has grown', () => {
    const { call, memory } = wasiBench()
    expect(call('random_get', 70_000, 8)).toBe(ERRNO.fault)
    ;(memory as unknown as { grow: (pages: number) => void }).grow(1)
    expect(call('random_get', 70_000, 8)).toBe(0)
  })
})

describe('paths', () => {
  const withTree = () => {
    const bench = wasiBench({ inputs: { 'a/b.txt': 'input' } })
    bench.mkdir('tmp/dir')
    bench.mkdir('tmp/dir/nested')
    bench.create('tmp/dir/nested/file')
    return bench
  }

  test('with dots and extra slashes lead where they should', () => {
    const { open } = withTree()
    expect(open('tmp/dir/.//nested/../../dir/nested/../nested///./file').errno).toBe(0)
    expect(open('tmp/dir/nested/').errno).toBe(0)
    expect(open('tmp/dir/nested///').errno).toBe(0)
    expect(open('.').errno).toBe(0)
  })

  test.each([
    ['/tmp/dir/nested/file', ERRNO.perm],
    ['tmp/dir/nested/file\0', ERRNO.inval],
    ['tmp/dir/nested/file/', ERRNO.notdir],
    ['tmp/dir/nested/file/.', ERRNO.notdir],
    ['tmp/dir/nested/file/x', ERRNO.notdir],
    ['tmp/dir/nested/../../../../etc/passwd', ERRNO.perm],
    ['..', ERRNO.perm],
    ['', ERRNO.noent],
    ['tmp/none/x', ERRNO.noent],
    [`tmp/${'n'.repeat(256)}`, ERRNO.nametoolong],
    ['x/'.repeat(2100), ERRNO.nametoolong],
  ])('%j gives %i', (path, errno) => {
    expect(withTree().open(path).errno).toBe(errno)
  })

  test('that are no UTF-8 give EILSEQ', () => {
    const { call, path, result } = withTree()
    const [at, length] = path(new Uint8Array([0x74, 0xff, 0xfe]))
    expect(call('path_open', ROOT, 0, at, length, 0, 0n, 0n, 0, result)).toBe(ERRNO.ilseq)
  })

  test('cannot leave the directory that they start from', () => {
    const { open } = withTree()
    const { fd } = open('tmp/dir', { oflags: OFLAGS.directory })
    expect(open('nested/file', { at: fd }).errno).toBe(0)
    expect(open('..', { at: fd }).errno).toBe(ERRNO.perm)
    expect(open('nested/../..', { at: fd }).errno).toBe(ERRNO.perm)
  })

  test('need a directory to start from', () => {
    const { open, create } = withTree()
    expect(open('x', { at: create('tmp/plain') }).errno).toBe(ERRNO.notdir)
    expect(open('x', { at: 99 }).errno).toBe(ERRNO.badf)
  })

  test('have no links: none are made, none are read', () => {
    const { call, path, put, open } = withTree()
    const [at, length] = path('tmp/dir')
    const [to, toLength] = put(6000, 'tmp/link')
    expect(call('path_symlink', at, length, ROOT, to, toLength)).toBe(ERRNO.notsup)
    expect(call('path_link', ROOT, 0, at, length, ROOT, to, toLength)).toBe(ERRNO.notsup)
    expect(call('path_readlink', ROOT, at, length, 7000, 10, 16)).toBe(ERRNO.inval)
    expect(open('tmp/link').errno).toBe(ERRNO.noent)
  })
})

describe('path_open', () => {
  test('makes, insists, cuts and refuses by its flags', () => {
    const { open, write, read, stat } = wasiBench()
    expect(open('tmp/f').errno).toBe(ERRNO.noent)
    const made = open('tmp/f', { oflags: OFLAGS.create, rights: READ_WRITE })
    expect(made.errno).toBe(0)
    write(made.fd, 'hello')
    const both = OFLAGS.create | OFLAGS.exclusive
    expect(open('tmp/f', { oflags: both }).errno).toBe(ERRNO.exist)
    expect(open('tmp/f', { oflags: OFLAGS.directory }).errno).toBe(ERRNO.notdir)
    expect(read(open('tmp/f').fd, 10)).toBe('hello')
    const cut = open('tmp/f', { oflags: OFLAGS.truncate, rights: READ_WRITE })
    expect(stat(cut.fd).size).toBe(0n)
    expect(open('tmp/new/', { oflags: OFLAGS.create }).errno).toBe(ERRNO.isdir)
    expect(open('tmp/new', { oflags: OFLAGS.create | OFLAGS.directory }).errno).toBe(ERRNO.inval)
  })

  test('opens directories, but not for writing or cutting', () => {
    const { open } = wasiBench()
    const directory = { oflags: OFLAGS.directory }
    expect(open('tmp', { ...directory, rights: 0n }).errno).toBe(0)
    expect(open('tmp', { ...directory, rights: RIGHTS_READ }).errno).toBe(0)
    expect(open('tmp', { ...directory, rights: READ_WRITE }).errno).toBe(ERRNO.isdir)
    expect(open('tmp', { oflags: OFLAGS.create }).errno).toBe(ERRNO.isdir)
    expect(open('tmp', { oflags: OFLAGS.truncate }).errno).toBe(ERRNO.isdir)
  })

  test('gives a file the rights that were asked for and no more', () => {
    const { open, create, read, write } = wasiBench()
    create('tmp/f')
    const readable = open('tmp/f', { rights: RIGHTS_READ }).fd
    expect(read(readable, 4)).toBe('')
    expect(write(readable, 'x')).toBe(ERRNO.badf)
    const writable = open('tmp/f', { rights: RIGHTS_WRITE }).fd
    expect(write(writable, 'x')).toBe(0)
    expect(read(writable, 4)).toBe(ERRNO.badf)
    const neither = open('tmp/f', { rights: 0n }).fd
    expect(read(neither, 4)).toBe(ERRNO.badf)
  })

  test('keeps inputs and the root read-only', () => {
    const { open, mkdir, unlink, rename, rmdir } = wasiBench({ inputs: { a: 'x' } })
    expect(open('in/a').errno).toBe(0)
    expect(open('in/a', { rights: READ_WRITE }).errno).toBe(ERRNO.rofs)
    expect(open('in/a', { oflags: OFLAGS.truncate }).errno).toBe(ERRNO.rofs)
    expect(open('in/b', { oflags: OFLAGS.create }).errno).toBe(ERRNO.rofs)
    expect(open('b', { oflags: OFLAGS.create }).errno).toBe(ERRNO.rofs)
    expect(mkdir('in/d')).toBe(ERRNO.rofs)
    expect(unlink('in/a')).toBe(ERRNO.rofs)
    expect(rename('in/a', 'tmp/a')).toBe(ERRNO.rofs)
    expect(rmdir('tmp')).toBe(ERRNO.rofs)
    expect(rename('tmp', 'out/t')).toBe(ERRNO.rofs)
  })

  test('stops at the number of descriptors, and reuses the lowest', () => {
    const { open, call } = wasiBench()
    const opened: number[] = []
    for (;;) {
      const { errno, fd } = open('tmp')
      if (errno !== 0) {
        expect(errno).toBe(ERRNO.mfile)
        break
      }
      opened.push(fd)
    }
    expect(opened).toEqual(Array.from({ length: 252 }, (_, i) => i + 4))
    expect(call('fd_close', 7)).toBe(0)
    expect(open('tmp').fd).toBe(7)
  })
})

describe('rights', () => {
  test('of the root name all that is possible, without writing its bytes', () => {
    const { call, u64 } = wasiBench()
    call('fd_fdstat_get', ROOT, 16)
    expect(u64(24) & READ_WRITE).toBe(0n)
    expect(u64(32) & READ_WRITE).toBe(READ_WRITE)
  })

  test('can be given up, not taken back', () => {
    const { call, create, read } = wasiBench()
    const fd = create('tmp/f')
    expect(call('fd_fdstat_set_rights', fd, 4n, 0n)).toBe(ERRNO.notcapable)
    expect(call('fd_fdstat_set_rights', fd, RIGHTS_WRITE, 0n)).toBe(0)
    expect(read(fd, 1)).toBe(ERRNO.badf)
    expect(call('fd_fdstat_set_rights', fd, READ_WRITE, 0n)).toBe(ERRNO.notcapable)
  })

  test('to cut files can be given up for a directory', () => {
    const { call, open, create } = wasiBench()
    create('tmp/file')
    const setSize = 1n << 19n
    const { fd } = open('tmp', {
      oflags: OFLAGS.directory,
      rights: setSize,
      inheriting: READ_WRITE,
    })
    expect(open('file', { at: fd, oflags: OFLAGS.truncate, rights: 0n }).errno).toBe(0)
    expect(call('fd_fdstat_set_rights', fd, 0n, READ_WRITE)).toBe(0)
    expect(open('file', { at: fd, oflags: OFLAGS.truncate, rights: 0n }).errno).toBe(
      ERRNO.notcapable,
    )
  })
})

describe('files', () => {
  test('are sought to places before, in and behind them', () => {
    const { create, write, seek, u64, read, call } = wasiBench()
    const fd = create('tmp/f')
    write(fd, 'x'.repeat(100))
    expect([seek(fd, -50n, 1), u64()]).toEqual([0, 50n])
    expect([seek(fd, 0n, 0), u64()]).toEqual([0, 0n])
    expect([seek(fd, 1000n, 1), u64()]).toEqual([0, 1000n])
    expect(seek(fd, -2000n, 1)).toBe(ERRNO.inval)
    expect(seek(fd, 0n, 3)).toBe(ERRNO.inval)
    expect([seek(fd, -10n, 2), u64()]).toEqual([0, 90n])
    expect(read(fd, 100)).toBe('x'.repeat(10))
    expect([call('fd_tell', fd, 16), u64()]).toEqual([0, 100n])
  })

  test('take 64-bit offsets as they are, and fail beyond 2^53', () => {
    const { create, seek, u64, pread, pwrite } = wasiBench()
    const fd = create('tmp/f')
    expect([seek(fd, 1n << 40n, 0), u64()]).toEqual([0, 1n << 40n])
    expect(seek(fd, 1n << 60n, 0)).toBe(ERRNO.overflow)
    expect(pread(fd, 4, 1n << 40n)).toBe('')
    expect(pread(fd, 4, -1n)).toBe(ERRNO.overflow)
    expect(pwrite(fd, 'x', -1n)).toBe(ERRNO.overflow)
  })

  test('are read and written at a place without moving', () => {
    const { create, write, pwrite, pread, read, call, u64 } = wasiBench()
    const fd = create('tmp/f')
    write(fd, 'hello world')
    expect(pwrite(fd, 'W', 6n)).toBe(0)
    expect(pread(fd, 5, 6n)).toBe('World')
    expect([call('fd_tell', fd, 16), u64()]).toEqual([0, 11n])
    expect(read(fd, 5)).toBe('')
  })

  test('fill gaps and regrown ends with zeros', () => {
    const { create, pwrite, write, pread, call } = wasiBench()
    const fd = create('tmp/f')
    write(fd, 'abcdef')
    expect(call('fd_filestat_set_size', fd, 2n)).toBe(0)
    expect(call('fd_filestat_set_size', fd, 4n)).toBe(0)
    expect(pread(fd, 10, 0n)).toBe('ab\0\0')
    pwrite(fd, 'z', 6n)
    expect(pread(fd, 10, 0n)).toBe('ab\0\0\0\0z')
  })

  test('append while the flag is set', () => {
    const { open, write, seek, call, pread, stat } = wasiBench()
    const { fd } = open('tmp/f', { oflags: OFLAGS.create, rights: READ_WRITE, fdflags: 1 })
    write(fd, 'one')
    seek(fd, 0n, 0)
    write(fd, 'two')
    expect(pread(fd, 10, 0n)).toBe('onetwo')
    expect(call('fd_fdstat_set_flags', fd, 0)).toBe(0)
    seek(fd, 0n, 0)
    write(fd, 'TWO')
    expect(pread(fd, 10, 0n)).toBe('TWOtwo')
    expect(stat(fd).size).toBe(6n)
    expect(call('fd_fdstat_set_flags', fd, 0x100)).toBe(ERRNO.inval)
  })

  test('are allocated up to a size, never cut by it', () => {
    const { create, call, stat } = wasiBench()
    const fd = create('tmp/f')
    for (const [offset, length, size] of [
      [0n, 100n, 100n],
      [10n, 10n, 100n],
      [90n, 20n, 110n],
    ] as const) {
      expect(call('fd_allocate', fd, offset, length)).toBe(0)
      expect(stat(fd).size).toBe(size)
    }
  })

  test('need sensible flags for times and advice', () => {
    const { create, call } = wasiBench()
    const fd = create('tmp/f')
    expect(call('fd_filestat_set_times', fd, 100n, 200n, 12)).toBe(ERRNO.inval)
    expect(call('fd_filestat_set_times', fd, 100n, 200n, 3)).toBe(ERRNO.inval)
    expect(call('fd_filestat_set_times', fd, 100n, 200n, 5)).toBe(0)
    expect(call('fd_advise', fd, 0n, 10n, 3)).toBe(0)
    expect(call('fd_advise', fd, 0n, 10n, 77)).toBe(ERRNO.inval)
  })

  test('that are unlinked live on while they are open', () => {
    const { create, write, unlink, pread, open } = wasiBench()
    const fd = create('tmp/f')
    write(fd, 'still here')
    expect(unlink('tmp/f')).toBe(0)
    expect(open('tmp/f').errno).toBe(ERRNO.noent)
    expect(pread(fd, 20, 0n)).toBe('still here')
  })
})

describe('directories', () => {
  test('cannot be read, written or sought as files', () => {
    const { call, put, result, read, write } = wasiBench()
    expect(read(ROOT, 1)).toBe(ERRNO.isdir)
    expect(write(ROOT, 'x')).toBe(ERRNO.isdir)
    for (const whence of [0, 1, 2])
      expect(call('fd_seek', ROOT, 0n, whence, result)).toBe(ERRNO.isdir)
    expect(call('fd_tell', ROOT, result)).toBe(ERRNO.isdir)
    expect(call('fd_allocate', ROOT, 0n, 1n)).toBe(ERRNO.isdir)
    expect(call('fd_filestat_set_size', ROOT, 0n)).toBe(ERRNO.isdir)
    expect(call('fd_advise', ROOT, 0n, 0n, 0)).toBe(ERRNO.badf)
    expect(call('fd_prestat_dir_name', ROOT, ...put(4000, ''))).toBe(ERRNO.nametoolong)
    expect(call('fd_prestat_dir_name', ROOT, 4000, 5)).toBe(0)
  })

  test('list themselves, their parent and their entries, sorted', () => {
    const { mkdir, create, open, list } = wasiBench()
    mkdir('tmp/d')
    for (const name of ['b', 'a', 'ü', 'B', 'a-rather-long-name-of-a-file']) create(`tmp/d/${name}`)
    const { fd } = open('tmp/d', { oflags: OFLAGS.directory })
    expect(list(fd)).toEqual(['.', '..', 'B', 'a', 'a-rather-long-name-of-a-file', 'b', 'ü'])
  })

  test('skip nothing when entries are removed while they are read', () => {
    const { mkdir, create, open, unlink, list, call, view } = wasiBench({ files: 400 })
    mkdir('tmp/d')
    for (let i = 0; i < 200; i++) call('fd_close', create(`tmp/d/f${i}`))
    const { fd } = open('tmp/d', { oflags: OFLAGS.directory })
    // One entry at a time, removing each file that was read.
    let removed = 0
    for (let cookie = 0n; ; ) {
      call('fd_readdir', fd, 8192, 32, cookie, 16)
      if (view().getUint32(16, true) < 24) break
      cookie = view().getBigUint64(8192, true)
      const length = view().getUint32(8192 + 16, true)
      const name = new TextDecoder().decode(
        new Uint8Array(view().buffer, 8192 + 24, Math.min(length, 8)),
      )
      if (name.startsWith('f') && unlink(`tmp/d/${name}`) === 0) removed++
    }
    expect(removed).toBe(200)
    expect(list(fd)).toEqual(['.', '..'])
  })

  test('give nothing for cookies behind the end', () => {
    const { call, u32 } = wasiBench()
    expect(call('fd_readdir', ROOT, 8192, 100, -1n, 16)).toBe(0)
    expect(u32()).toBe(0)
  })

  test('nest up to a hundred levels, however they are made', () => {
    const { mkdir, rename } = wasiBench({ files: 500 })
    const nested = (levels: number) => `tmp/${Array(levels).fill('d').join('/')}`
    for (let levels = 1; levels < 100; levels++) expect(mkdir(nested(levels))).toBe(0)
    expect(mkdir(nested(100))).toBe(ERRNO.nametoolong)
    expect(mkdir('tmp/e')).toBe(0)
    expect(rename('tmp/d', 'tmp/e/d')).toBe(ERRNO.nametoolong)
    expect(rename('tmp/d', 'tmp/f')).toBe(0)
  })

  test('are removed when empty, with or without a slash', () => {
    const { mkdir, rmdir, create, unlink } = wasiBench()
    mkdir('tmp/d')
    expect(rmdir('tmp/d/')).toBe(0)
    mkdir('tmp/d')
    create('tmp/d/f')
    expect(rmdir('tmp/d')).toBe(ERRNO.notempty)
    expect(rmdir('tmp/d/f')).toBe(ERRNO.notdir)
    expect(rmdir('tmp/d/f/')).toBe(ERRNO.notdir)
    expect(rmdir('tmp/d/.')).toBe(ERRNO.inval)
    expect(unlink('tmp/d')).toBe(ERRNO.isdir)
    expect(unlink('tmp/d/')).toBe(ERRNO.isdir)
    expect(unlink('tmp/d/f/')).toBe(ERRNO.notdir)
    expect(unlink('tmp/none')).toBe(ERRNO.noent)
  })
})

describe('path_rename', () => {
  test('moves files and directories, over what may be replaced', () => {
    const { mkdir, rename, create, open, rmdir, unlink } = wasiBench()
    mkdir('tmp/source')
    expect(rename('tmp/source', 'tmp/target')).toBe(0)
    expect(open('tmp/source').errno).toBe(ERRNO.noent)
    mkdir('tmp/source')
    expect(rename('tmp/source', 'tmp/target')).toBe(0)
    mkdir('tmp/source')
    create('tmp/target/file')
    expect(rename('tmp/source', 'tmp/target')).toBe(ERRNO.notempty)
    expect(rename('tmp/source', 'tmp/target/file')).toBe(ERRNO.notdir)
    expect(rename('tmp/target/file', 'tmp/source')).toBe(ERRNO.isdir)
    create('tmp/other')
    expect(rename('tmp/target/file', 'tmp/other')).toBe(0)
    expect(rename('tmp/other', 'tmp/plain/')).toBe(ERRNO.notdir)
    expect(rename('tmp/other', 'tmp/other')).toBe(0)
    expect(rename('tmp/none', 'tmp/x')).toBe(ERRNO.noent)
    expect([rmdir('tmp/source'), rmdir('tmp/target'), unlink('tmp/other')]).toEqual([0, 0, 0])
  })

  test('does not put a directory into itself', () => {
    const { mkdir, rename } = wasiBench()
    mkdir('tmp/a')
    mkdir('tmp/a/b')
    expect(rename('tmp/a', 'tmp/a/b/c')).toBe(ERRNO.inval)
  })

  test('does not make a result path too long for its archive', () => {
    const { mkdir, rename, create } = wasiBench()
    mkdir('out/d')
    create(`out/d/${'n'.repeat(90)}`)
    expect(rename('out/d', `out/${'p'.repeat(99)}`)).toBe(0)
    mkdir('out/e')
    mkdir('out/e/f')
    expect(rename(`out/${'p'.repeat(99)}`, `out/e/f/${'q'.repeat(155)}`)).toBe(ERRNO.nametoolong)
  })
})

describe('fd_renumber', () => {
  test('moves a descriptor over another', () => {
    const { create, write, call, read, seek } = wasiBench()
    const [from, to] = [create('tmp/1'), create('tmp/2')]
    write(from, 'first')
    expect(call('fd_renumber', from, to)).toBe(0)
    expect(call('fd_close', from)).toBe(ERRNO.badf)
    seek(to, 0n, 0)
    expect(read(to, 10)).toBe('first')
    expect(call('fd_renumber', to, from)).toBe(ERRNO.badf)
    expect(call('fd_renumber', to, to)).toBe(0)
    expect(call('fd_close', to)).toBe(0)
  })

  test('may take the place of the preopened directory', () => {
    const { open, call } = wasiBench()
    const { fd } = open('tmp', { oflags: OFLAGS.directory })
    expect(call('fd_renumber', fd, ROOT)).toBe(0)
    expect(call('fd_fdstat_get', fd, 16)).toBe(ERRNO.badf)
    expect(call('fd_prestat_get', ROOT, 16)).toBe(ERRNO.badf)
    expect(open('in').errno).toBe(ERRNO.noent)
  })
})

describe('limits end the run', () => {
  test('a byte over the disk', () => {
    const { create, write, unlink, call } = wasiBench({ diskBytes: 1000 })
    const fd = create('tmp/a')
    expect(write(fd, 'x'.repeat(1000))).toBe(0)
    expect(() => write(fd, 'x')).toThrow(LimitReached)
    // Unlinked files count until they are closed.
    expect(unlink('tmp/a')).toBe(0)
    const other = create('tmp/b')
    expect(() => write(other, 'x')).toThrow(LimitReached)
    expect(call('fd_close', fd)).toBe(0)
    expect(write(other, 'x'.repeat(1000))).toBe(0)
  })

  test('a sparse file over the disk', () => {
    const { create, pwrite, call } = wasiBench({ diskBytes: 1000 })
    expect(() => pwrite(create('tmp/a'), 'x', 1n << 40n)).toThrow(LimitReached)
    expect(() => call('fd_filestat_set_size', create('tmp/b'), 1n << 40n)).toThrow(LimitReached)
  })

  test('one file too many', () => {
    const { create, mkdir, unlink, call } = wasiBench({ files: 3 })
    const fd = create('tmp/a')
    mkdir('tmp/d')
    mkdir('tmp/e')
    expect(() => create('tmp/b')).toThrow(LimitReached)
    unlink('tmp/a')
    expect(() => create('tmp/b')).toThrow(LimitReached)
    call('fd_close', fd)
    expect(create('tmp/b')).toBeGreaterThan(3)
  })

  test('stdout keeps what fits, stderr is cut', () => {
    const { write, wasi } = wasiBench({ stdoutBytes: 10 })
    expect(write(1, 'hello ')).toBe(0)
    expect(() => write(1, 'world')).toThrow(LimitReached)
    expect(new TextDecoder().decode(wasi.host.streams.stdout())).toBe('hello worl')
    for (let i = 0; i < 3; i++) expect(write(2, 'e'.repeat(40_000))).toBe(0)
    expect(wasi.host.streams.stderr().length).toBe(65_536)
  })
})

describe('clock', () => {
  test('starts in 2000, moves by looks and jumps by sleeps', () => {
    const { call, u64, view } = wasiBench()
    call('clock_time_get', 0, 0n, 16)
    expect(u64()).toBe(946_684_800_000_001_000n)
    call('clock_time_get', 1, 0n, 16)
    expect(u64()).toBe(2000n)
    sleepFor(view(), 3_600_000_000_000n)
    expect(call('poll_oneoff', 2048, 4096, 1, 16)).toBe(0)
    call('clock_time_get', 1, 0n, 16)
    expect(u64()).toBe(3_600_000_003_000n)
  })

  test('survives sleeping for ever', () => {
    const { call, u64, view } = wasiBench()
    for (let i = 0; i < 3; i++) {
      sleepFor(view(), (1n << 64n) - 1n)
      expect(call('poll_oneoff', 2048, 4096, 1, 16)).toBe(0)
    }
    call('clock_time_get', 0, 0n, 16)
    expect(u64()).toBe((1n << 63n) - 1n)
  })

  test('refuses clocks that there are not, and polls for nothing', () => {
    const { call } = wasiBench()
    expect(call('clock_time_get', 4, 0n, 16)).toBe(ERRNO.inval)
    expect(call('clock_res_get', -1, 16)).toBe(ERRNO.inval)
    expect(call('poll_oneoff', 2048, 4096, 0, 16)).toBe(ERRNO.inval)
  })

  function sleepFor(view: DataView, ns: bigint): void {
    new Uint8Array(view.buffer, 2048, 48).fill(0)
    view.setUint32(2048 + 16, 1, true)
    view.setBigUint64(2048 + 24, ns, true)
  }
})

describe('poll_oneoff', () => {
  test('reports ready files before clocks, and errors of single ones', () => {
    const { call, view, u32 } = wasiBench()
    const subscribe = (i: number, userdata: bigint, type: number, fd: number) => {
      view().setBigUint64(2048 + 48 * i, userdata, true)
      view().setUint8(2048 + 48 * i + 8, type)
      view().setUint32(2048 + 48 * i + 16, fd, true)
    }
    subscribe(0, 1n, 0, 1)
    view().setBigUint64(2048 + 24, 1000n, true)
    subscribe(1, 2n, 2, 1)
    subscribe(2, 3n, 1, 77)
    expect(call('poll_oneoff', 2048, 4096, 3, 16)).toBe(0)
    expect(u32()).toBe(2)
    expect(view().getBigUint64(4096, true)).toBe(2n)
    expect(view().getUint16(4096 + 8, true)).toBe(0)
    expect(view().getUint8(4096 + 10)).toBe(2)
    expect(view().getBigUint64(4096 + 32, true)).toBe(3n)
    expect(view().getUint16(4096 + 40, true)).toBe(ERRNO.badf)
  })
})

describe('the rest', () => {
  test('arguments come in order, the environment is empty', () => {
    const { call, u32, bytes } = wasiBench({ args: ['prog', 'α', ''] })
    call('args_sizes_get', 16, 20)
    expect([u32(16), u32(20)]).toEqual([3, 5 + 3 + 1])
    call('args_get', 100, 200)
    expect(u32(104) - u32(100)).toBe(5)
    expect(new TextDecoder().decode(bytes(u32(104), 2))).toBe('α')
    call('environ_sizes_get', 16, 20)
    expect([u32(16), u32(20)]).toEqual([0, 0])
  })

  test('randomness depends on the seed alone, however it is read', () => {
    const draw = (seed: number, sizes: number[]): string => {
      const { call, bytes } = wasiBench({ seed: new Uint8Array(32).fill(seed) })
      let text = ''
      for (const size of sizes) {
        call('random_get', 1000, size)
        text += Buffer.from(bytes(1000, size)).toString('hex')
      }
      return text
    }
    expect(draw(1, [5000])).toBe(draw(1, [1, 4095, 904]))
    expect(draw(1, [32])).not.toBe(draw(2, [32]))
  })

  test('exit codes are unsigned', () => {
    const { call } = wasiBench()
    for (const [given, code] of [
      [0, 0],
      [7, 7],
      [-1, 0xffffffff],
    ] as const)
      expect(() => call('proc_exit', given)).toThrow(new ProcessExit(code))
  })

  test('there are no sockets and no signals', () => {
    const { call } = wasiBench()
    expect(call('sock_shutdown', ROOT, 0)).toBe(ERRNO.notsock)
    expect(call('sock_shutdown', 55, 0)).toBe(ERRNO.badf)
    expect(call('proc_raise', 9)).toBe(ERRNO.nosys)
    expect(call('sched_yield')).toBe(0)
  })

  test('every call and every byte costs fuel', () => {
    const { call, fuel, create, write } = wasiBench()
    call('sched_yield')
    const once = fuel()
    expect(once).toBeGreaterThan(0)
    const fd = create('tmp/f')
    const before = fuel()
    write(fd, 'x'.repeat(10_000))
    expect(fuel() - before).toBeGreaterThan(10_000)
  })

  test('closed descriptors are bad ones, streams cannot be sought', () => {
    const { call, seek, write } = wasiBench()
    expect(seek(1, 0n, 0)).toBe(ERRNO.spipe)
    expect(call('fd_close', 1)).toBe(0)
    expect(write(1, 'x')).toBe(ERRNO.badf)
    expect(call('fd_close', 1)).toBe(ERRNO.badf)
    expect(write(0, 'x')).toBe(ERRNO.badf)
  })
})
