"""The script of a short video: four scenes, each with what is seen and what is said."""

from assistant.publicity.extracts import fit
from assistant.publicity.formats.common import Text, case_note, ending, sentences_of, to_come
from assistant.publicity.material import Material
from assistant.publicity.questions import advice, meaning, pick
from kb.clock import today

QUOTE = 140
_PLACES = ["村口小卖部门前，几位乡亲坐着说话", "晒谷场边，两位乡亲停下手里的活", "村委会院里，有人进门打听事"]


def write(material: Material) -> Text:
    """Return the draft; subtitles carry the law's words, so that nobody has to learn them by heart."""
    main = material.extracts[-1] if material.case is None else material.extracts[0]
    first = f"{pick(_PLACES, material.index)}。"
    scenes = [_scene(first, "村民", material.question)]
    case = material.case
    if case:
        scenes = [
            _scene("动画或实景还原案情，人物不露正脸。", "旁白", sentences_of(case.facts, 110)),
            _scene(first, "村民", material.question),
        ]
    law = []
    for extract in material.extracts[:2]:
        quote, _ = fit(extract.text, QUOTE)
        law.append(f"字幕：{extract.cited}：「{quote}」")
    spoken = f"这个事有法可依。请看{main.cited}，原文都在字幕上。"
    scenes.append("\n".join([_scene("调解室里，调解员翻开法律条文，条文特写。", "调解员", spoken), *law]))
    said = meaning(main.address, main.text, material.index) + to_come(material, today())
    scenes.append(_scene("调解员面对镜头，关键词逐条弹出。", "调解员", said))
    if case:
        told = ending(case, 80)
        scenes.append(_scene(f"当事人走出调解室。字幕：{case_note(case)}", "旁白", told))
    closing = advice(material.topic, main.law, main.text)
    last = f"片尾黑底白字。法律依据：{main.cited}。"
    scenes.append(_scene(last, "旁白", closing))
    body = "\n\n".join(f"【场景{i}】\n{scene}" for i, scene in enumerate(scenes, 1))
    subject = material.topic.name if material.topic else material.subject.rstrip("？?")
    return Text(title=f"短视频脚本：{subject[:40]}", answer=body)


def _scene(picture: str, who: str, words: str) -> str:
    return f"画面：{picture}\n台词（{who}）：{words}"
