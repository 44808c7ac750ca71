import { describe, expect, test } from "vitest";
import { rewrite } from "../../../../server/rules/layer/rewrite.ts";
import { findings, fixed, testRule, wordsAtFault } from "../check-rule.ts";

testRule(rewrite);

describe("finds", () => {
  test.each([
    ["the option behind", "COPY . /app\nRUN chmod 777 -R /app", "chmod 777 -R /app"],
    ["a long option", "COPY . /app\nRUN chown --recursive 1:1 /app/", "chown --recursive 1:1 /app/"],
    ["options together", "COPY . /app\nRUN chmod -Rf u+x /app", "chmod -Rf u+x /app"],
    ["a mode with a minus", "COPY . /app\nRUN chmod -R -x /app", "chmod -R -x /app"],
    [
      "a path by an ARG without a value",
      "ARG NAME\nCOPY . /home/${NAME}\nRUN chown -R $NAME:$NAME /home/$NAME",
      "chown -R $NAME:$NAME /home/$NAME",
    ],
    [
      "a path around one by an ARG without a value",
      'ARG NAME\nCOPY src "/home/$NAME/src/"\nRUN chown -R 1:1 "/home/${NAME}/"',
      'chown -R 1:1 "/home/${NAME}/"',
    ],
    ["sudo", "COPY . /app\nRUN sudo chown -R 1:1 /app", "chown -R 1:1 /app"],
    ["a path around it", "COPY . /opt/tool/src\nRUN chown -R 1:1 /opt/tool", "chown -R 1:1 /opt/tool"],
    ["a path in it", "COPY . /app\nRUN chmod -R 755 /app/bin", "chmod -R 755 /app/bin"],
    ["everything in it", "COPY . /app\nRUN chmod -R 755 /app/*", "chmod -R 755 /app/*"],
    ["a pattern", "COPY a.sh b.sh /opt/\nRUN chmod -R 755 /opt/*.sh", "chmod -R 755 /opt/*.sh"],
    ["one of several paths", "COPY . /app\nRUN chown -R 1:1 /data /app /x", "chown -R 1:1 /data /app"],
    ["a relative path", "WORKDIR /srv\nCOPY . app\nRUN chown -R 1:1 ./app", "chown -R 1:1 ./app"],
    ["the working directory", "WORKDIR /srv\nWORKDIR app\nCOPY . .\nRUN chmod -R 777 .", "chmod -R 777 ."],
    ["a path behind cd", "COPY . /app\nRUN cd /app && chmod -R 777 .", "chmod -R 777 ."],
    ["variables", "ENV D=/app\nCOPY . $D\nRUN chown -R 1:1 ${D}/", "chown -R 1:1 ${D}/"],
    ["ADD", "ADD x.tar.gz /app\nRUN chmod -R 755 /app", "chmod -R 755 /app"],
    ["a COPY from a stage", "COPY --from=b /x /app\nRUN chmod -R 755 /app", "chmod -R 755 /app"],
    [
      "a here-document that is copied",
      "COPY <<EOF /app/run.sh\nls\nEOF\nRUN chmod -R 755 /app",
      "chmod -R 755 /app",
    ],
    ["a here-document that is run", "COPY . /app\nRUN <<EOF\nchmod -R 755 /app\nEOF", "chmod -R 755 /app"],
    ["exec form", 'COPY . /app\nRUN ["chmod", "-R", "755", "/app"]', '"chmod", "-R", "755", "/app"'],
    ["bash -c", "COPY . /app\nRUN bash -c 'chmod -R 755 /app'", "chmod -R 755 /app"],
    [
      "a stage below",
      "COPY . /app\nFROM x AS y\nCOPY . /app\nFROM y\nRUN chmod -R 755 /app",
      "chmod -R 755 /app",
    ],
    ["ONBUILD", "ONBUILD COPY . /app\nONBUILD RUN chmod -R 755 /app", "chmod -R 755 /app"],
    [
      "continuation lines",
      "COPY . /app\nRUN chmod -R \\\n  # all\n  755 /app",
      "chmod -R \\\n  # all\n  755 /app",
    ],
  ])("%s", (_, body, words) => {
    expect(wordsAtFault(rewrite, `FROM x\n${body}\n`)).toEqual([words]);
  });
});

describe("is silent about", () => {
  test.each([
    ["what is not recursive", "COPY . /app\nRUN chmod 755 /app && chown 1:1 /app"],
    ["another path", "COPY . /app\nRUN chmod -R 755 /application"],
    ["a COPY that comes later", "RUN chmod -R 755 /app\nCOPY . /app"],
    ["another stage's COPY", "COPY . /app\nFROM x\nRUN chmod -R 755 /app"],
    ["a stage that is only copied from", "COPY . /app\nRUN chmod -R 755 /app\nFROM y"],
    ["a part that a RUN made", "COPY . /app\nRUN mkdir /app/out\nRUN chmod -R 777 /app/out"],
    ["a part that a RUN may have made", "WORKDIR /app\nCOPY . .\nRUN make\nRUN chmod -R 777 build"],
    ["a part that WORKDIR made", "COPY . /app\nWORKDIR /app/out\nRUN chmod -R 777 /app/out"],
    ["a part where only files were copied", "COPY main.py util.py /app/\nRUN chmod -R 777 /app/out"],
    ["a pattern that fits nothing copied", "COPY a.py /opt/\nRUN chmod -R 755 /opt/*.sh"],
    ["a relative path behind an unknown cd", "WORKDIR /app\nCOPY . .\nRUN cd $X && chmod -R 755 ."],
    [
      "a variable that has changed since",
      "ARG NAME\nCOPY . /home/$NAME\nARG NAME\nRUN chown -R 1:1 /home/$NAME",
    ],
    [
      "a variable that the script sets",
      "ARG NAME\nCOPY . /home/$NAME\nRUN NAME=ann; chown -R 1:1 /home/$NAME",
    ],
    [
      "a variable that a loop sets",
      "ARG NAME\nCOPY . /home/$NAME\nRUN for NAME in a b; do chown -R 1:1 /home/$NAME; done",
    ],
    [
      "a small part of what the base image brought",
      "COPY condarc /opt/conda/.condarc\nRUN conda update -y --all && chmod -R 777 /opt/conda",
    ],
    ["another variable", "ARG A\nARG B\nCOPY . /home/$A\nRUN chown -R 1:1 /home/$B"],
    ["an unknown path", "COPY . /app\nRUN chmod -R 755 $DIR"],
    ["an unknown destination", "COPY . $DIR\nRUN chmod -R 755 /app"],
    ["an unknown working directory", "COPY . .\nRUN chmod -R 755 /app"],
    ["what may not run", 'COPY . /app\nRUN if [ "$X" ]; then chmod -R 755 /app; fi'],
    ["a quoted tilde", 'COPY . /root/app\nRUN chmod -R 755 "~/app"'],
  ])("%s", (_, body) => {
    expect(wordsAtFault(rewrite, `FROM x\n${body}\n`)).toEqual([]);
  });
});

describe("sets while copying", () => {
  test.each([
    [
      "a mode and an owner",
      "COPY . /app\nRUN chmod -R 0755 /app && chown -R 1:2 /app\n",
      "COPY --chmod=0755 --chown=1:2 . /app\n",
    ],
    ["an owner without a group", "COPY . /app\nRUN chown -R 1000 /app\n", "COPY --chown=1000:0 . /app\n"],
    [
      "root",
      "COPY --from=b /x /app\nRUN chown -R root:root /app\n",
      "COPY --from=b --chown=root:root /x /app\n",
    ],
    [
      "an owner by build arguments",
      "ARG UID=1\nARG GID=2\nCOPY . /app\nRUN chown -R ${UID}:${GID} /app\n",
      "ARG UID=1\nARG GID=2\nCOPY --chown=${UID}:${GID} . /app\n",
    ],
    [
      "a mode that COPY does not give the directory",
      "COPY . /app\nRUN chmod -R 777 /app\n",
      "COPY --chmod=777 . /app\nRUN chmod 777 /app\n",
    ],
    [
      "a mode of one file",
      "COPY run.sh /run.sh\nRUN chmod -R 777 /run.sh\n",
      "COPY --chmod=777 run.sh /run.sh\n",
    ],
    [
      "a directory that mkdir made",
      "RUN mkdir -p /app\nCOPY . /app\nRUN chown -vR 1:1 /app\n",
      "RUN mkdir -p /app\nCOPY --chown=1:1 . /app\nRUN chown -v 1:1 /app\n",
    ],
    [
      "several COPYs, with an install in between",
      "WORKDIR /app\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY . .\nRUN chown -R 1:1 /app\n",
      "WORKDIR /app\nCOPY --chown=1:1 requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY --chown=1:1 . .\nRUN chown 1:1 /app\n",
    ],
    [
      "what another COPY has already",
      "COPY --chown=1:1 a.py /app/\nCOPY b.py /app/\nRUN chown -R 1:1 /app\n",
      "COPY --chown=1:1 a.py /app/\nCOPY --chown=1:1 b.py /app/\n",
    ],
    [
      "in JSON form, on several lines",
      'COPY \\\n  ["my app", "/app"]\nRUN sudo chmod -R 755 /app\n',
      'COPY \\\n  --chmod=755 ["my app", "/app"]\n',
    ],
    [
      "a here-document",
      "COPY <<EOF /app/run.sh\nls\nEOF\nRUN chmod -R 755 /app\n",
      "COPY --chmod=755 <<EOF /app/run.sh\nls\nEOF\n",
    ],
    ["ONBUILD", "ONBUILD COPY . /app\nONBUILD RUN chmod -R 755 /app\n", "ONBUILD COPY --chmod=755 . /app\n"],
    [
      "a user with a group of its own",
      "RUN groupadd -g 9 lab && useradd -m -g lab ann\nCOPY . /app\nRUN ls && chown -R ann:lab /app\n",
      "RUN groupadd -g 9 lab && useradd -m -g lab ann\nCOPY --chown=ann:lab . /app\nRUN ls\n",
    ],
    [
      "a user by a cluster of options",
      "RUN chmod +x /usr/bin/x && useradd -ms /bin/bash ann\nCOPY . /app\nRUN chown -R ann:ann /app && ls\n",
      "RUN chmod +x /usr/bin/x && useradd -ms /bin/bash ann\nCOPY --chown=ann:ann . /app\nRUN ls\n",
    ],
    [
      "with another escape character",
      "COPY . /app\nRUN ls `\n  && chmod -R 755 /app\n",
      "COPY --chmod=755 . /app\nRUN ls\n",
    ],
  ])("%s", (_, bad, good) => {
    const head = bad.includes("`") ? "# escape=`\nFROM x\n" : "FROM x\n";
    expect(fixed(rewrite, head + bad)).toBe(head + good);
    const windows = (text: string) => text.replace(/\n/g, "\r\n");
    expect(fixed(rewrite, windows(head + bad))).toBe(windows(head + good));
  });
});

describe("only explains", () => {
  test.each([
    ["a mode in letters", "COPY . /app\nRUN chmod -R u+rwX /app"],
    ["a user that is made later", "COPY . /app\nRUN useradd ann && chown -R ann:ann /app"],
    ["a user that only the base may have", "COPY . /app\nRUN chown -R www-data:www-data /app"],
    [
      "a group that useradd does not make",
      "RUN useradd -g users ann\nCOPY . /app\nRUN chown -R ann:ann /app",
    ],
    ["a system user without a group", "RUN adduser --system ann\nCOPY . /app\nRUN chown -R ann:ann /app"],
    ["a variable of the shell", "COPY . /app\nRUN U=1:1; chown -R $U /app"],
    ["another owner on the COPY", "COPY --chown=2:2 . /app\nRUN chown -R 1:1 /app"],
    ["files that a RUN made", "COPY . /app\nRUN make -C /app\nRUN chmod -R 755 /app"],
    [
      "files that a program in the directory made",
      "WORKDIR /app\nCOPY . .\nRUN npm ci\nRUN chown -R 1:1 /app",
    ],
    ["files written by redirection", "COPY . /app\nRUN echo 1 >/app/version && chown -R 1:1 /app"],
    ["an editable install", "WORKDIR /app\nCOPY . .\nRUN pip install -e .\nRUN chown -R 1:1 /app"],
    ["a directory of the base", "COPY . /opt\nRUN chmod -R 755 /opt"],
    ["a home", "RUN useradd -m ann\nCOPY . /home/ann\nRUN chown -R ann:ann /home/ann"],
    ["several paths", "COPY . /app\nRUN chown -R 1:1 /app /data"],
    ["a part", "COPY . /app\nRUN chmod -R 755 /app/bin"],
    ["a working directory further in", "WORKDIR /app/x\nCOPY . /app\nRUN chown -R 1:1 /app"],
    ["an archive that ADD unpacks", "ADD x.tar.gz /app\nRUN chmod -R 755 /app"],
    ["another chmod in front", "COPY . /app\nRUN chmod 700 /app/key\nRUN chmod -R 755 /app"],
    ["a failure that does not matter", "COPY . /app\nRUN chmod -R 755 /app || true"],
    ["an owner taken from a file", "COPY . /app\nRUN chown -R --reference=/etc /app"],
    ["only some owners", "COPY . /app\nRUN chown -R --from=0:0 1:1 /app"],
    ["names with --link", "RUN useradd ann\nCOPY --link . /app\nRUN chown -R ann:ann /app"],
    ["a volume", "VOLUME /app\nCOPY . /app\nRUN chown -R 1:1 /app"],
  ])("%s", (_, body) => {
    const text = `FROM x\n${body}\n`;
    expect(findings(rewrite, text)).toHaveLength(1);
    expect(fixed(rewrite, text)).toBe(text);
  });
});

test("says what it costs and what to write", () => {
  const [finding] = findings(rewrite, "FROM x\nCOPY . /app\nRUN chown -R 1:1 /app\n");
  expect(finding?.message).toContain("line 2");
  expect(finding?.message).toContain("COPY --chown=1:1");
});

test.each([
  ["a user alone", "1000", "--chown=1000:0."],
  ["a group alone", ":1000", "--chown=0:1000."],
  ["a name alone", "ann", "--chown=ann:0."],
  ["a build argument", "$NAME:$GROUP", "--chown=$NAME:$GROUP."],
])("says what leaves the rest as it was: %s", (_, owner, flag) => {
  const [finding] = findings(
    rewrite,
    `FROM x\nARG NAME\nARG GROUP\nCOPY . /app\nRUN chown -R ${owner} /app\n`,
  );
  expect(finding?.message).toContain(flag);
});
